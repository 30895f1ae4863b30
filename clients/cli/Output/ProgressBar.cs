using Spectre.Console;

namespace Hub.Cli.Output;

/// <summary>Progress on standard error: a bar on a terminal, a line now and then elsewhere.</summary>
internal static class ProgressBar
{
    /// <summary>Runs work that reports fractions from 0 to 1.</summary>
    public static async Task<T> ShowAsync<T>(CliContext context, string what, bool quiet, Func<Action<double, string>, Task<T>> work)
    {
        if (quiet || context.Error != Console.Error || Console.IsErrorRedirected)
        {
            return await work((_, _) => { });
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress().AutoClear(true).HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask(Markup.Escape(what), maxValue: 1);
                return await work((fraction, message) =>
                {
                    task.Value = fraction;
                    task.Description = Markup.Escape(message.Length > 0 ? message : what);
                });
            });
    }
}
