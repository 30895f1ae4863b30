using Runner.Step;

return StepProgram.Run(Console.In, Console.Out, Console.Error);
