using Microsoft.ML.OnnxRuntime;
using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.OnnxRuntime;

/// <summary>Session options out of a request's settings.</summary>
internal static class SessionSettings
{
    public static SessionOptions Create(Settings settings, string modelPath)
    {
        var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        if (settings.Threads > 0)
        {
            options.IntraOpNumThreads = settings.Threads;
        }

        // Models that are changed in memory still find their external data beside the file.
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", Path.GetDirectoryName(Path.GetFullPath(modelPath))!);
        foreach (var (name, value) in settings.Options)
        {
            Apply(options, name, value);
        }

        return options;
    }

    private static void Apply(SessionOptions options, string name, string value)
    {
        switch (name)
        {
            case "graph_optimization_level":
                options.GraphOptimizationLevel = value switch
                {
                    "disable_all" => GraphOptimizationLevel.ORT_DISABLE_ALL,
                    "basic" => GraphOptimizationLevel.ORT_ENABLE_BASIC,
                    "extended" => GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
                    "all" => GraphOptimizationLevel.ORT_ENABLE_ALL,
                    _ => throw new RunnerException("OPTION_VALUE_INVALID", $"graph_optimization_level cannot be '{value}'"),
                };
                break;
            case "execution_mode":
                options.ExecutionMode = value == "parallel" ? ExecutionMode.ORT_PARALLEL : ExecutionMode.ORT_SEQUENTIAL;
                break;
            default:
                options.AddSessionConfigEntry(name, value);
                break;
        }
    }
}
