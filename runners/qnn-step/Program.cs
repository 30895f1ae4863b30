using Runner.QnnStep;

return QnnStepProgram.Run(args);
