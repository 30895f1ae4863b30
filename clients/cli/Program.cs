using Hub.Cli;

return await HubCommand.RunAsync(args, Console.Out, Console.Error);
