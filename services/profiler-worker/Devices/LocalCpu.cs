using Microsoft.Extensions.Options;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Runner.V1;
using Platform.Runners.Sandboxed;
using Platform.Sandbox;

namespace Platform.ProfilerWorker.Devices;

/// <summary>This machine's own processor as a device: everything it says of itself was found by looking.</summary>
internal sealed class LocalCpu(RunnerPrograms programs, MountedQnn qnn, HostMemory memory, IOptions<WorkerOptions> options) : IHostDevice
{
    public const string DeviceName = "local-cpu";

    private static readonly SandboxLimits s_limits = new(TimeSpan.FromSeconds(60), 2L << 30, 16 << 20, 64 << 10);

    private IReadOnlyList<RuntimeVersion> _runtimes = [];
    private string? _problem = "it was not looked at yet";

    /// <summary>Device id.</summary>
    public string Id => $"{options.Value.Id}.{DeviceName}";

    /// <inheritdoc/>
    public string Name => DeviceName;

    /// <inheritdoc/>
    public bool IsEmulated => false;

    /// <summary>Runtimes with the reason for those that do not load.</summary>
    public IEnumerable<HostTool> Tools => _runtimes.Select(runtime => new HostTool
    {
        Name = NameOf(runtime.Runtime),
        Version = runtime.Version,
        Available = _problem is null && runtime.Problem.Length == 0,
        Reason = _problem ?? (runtime.Runtime == Runtime.QnnHtp && runtime.Problem.Length > 0 && qnn.Problem.Length > 0 ? qnn.Problem : runtime.Problem),
    });

    /// <inheritdoc/>
    public bool IsReached => true;

    /// <summary>The runtime that runs a kind of model here: the newest that loads.</summary>
    public RuntimeVersion? RuntimeFor(Contracts.Hub.V1.ModelType type) => type switch
    {
        Contracts.Hub.V1.ModelType.Tflite => Usable(Runtime.Litert) ?? Usable(Runtime.Tflite),
        Contracts.Hub.V1.ModelType.Onnx => Usable(Runtime.OnnxRuntime),
        _ => null,
    };

    /// <summary>Looks at the machine: loads each runtime once, in the sandbox that runs will have.</summary>
    public async Task ProbeAsync(CancellationToken cancellation)
    {
        _problem = await programs.FindProblemAsync(cancellation);
        if (_problem is not null)
        {
            return;
        }

        string folder = Directory.CreateDirectory(Path.Combine(options.Value.WorkFolder, "probe")).FullName;
        var log = new List<string>();
        var answer = await programs.Model.RunAsync(new Request { Probe = new Probe() }, new ProgramRun(folder, s_limits, log.Add), progress: null, cancellation);
        _problem = answer.Probed is null ? $"the runner does not start: {answer.Failed?.Message}" : null;
        _runtimes = answer.Probed?.Runtimes.ToList() ?? [];
    }

    /// <summary>The device as the broker hears of it.</summary>
    public AttachedDevice ToMessage()
    {
        var device = new AttachedDevice { DeviceId = Id, Name = DeviceName, Os = HostFacts.OsVersion(), DeviceEpoch = (uint)memory.EpochOf(Id), HealthProblem = _problem ?? "" };
        device.Attributes.AddRange(Attributes());
        device.Families.AddRange(options.Value.Families);
        return device;
    }

    private static string NameOf(Runtime runtime) => runtime switch
    {
        Runtime.Litert => "litert",
        Runtime.Tflite => "tflite",
        Runtime.OnnxRuntime => "onnxruntime",
        Runtime.QnnHtp => "qnn-htp-emulation",
        _ => runtime.ToString(),
    };

    private IEnumerable<string> Attributes()
    {
        yield return "os:linux";
        yield return $"abi:{HostFacts.Architecture}-linux";
        if (HostFacts.CpuVendor() is { } vendor)
        {
            yield return $"vendor:{vendor}";
        }

        if (HostFacts.CpuSlug() is { } chipset)
        {
            yield return $"chipset:{chipset}";
        }

        if (RuntimeFor(Contracts.Hub.V1.ModelType.Tflite) is not null)
        {
            yield return "framework:tflite";
        }

        if (RuntimeFor(Contracts.Hub.V1.ModelType.Onnx) is not null)
        {
            yield return "framework:onnx";
        }
    }

    /// <summary>A runtime that loads; null when it does not.</summary>
    public RuntimeVersion? Usable(Runtime runtime) => _runtimes.FirstOrDefault(candidate => candidate.Runtime == runtime && candidate.Problem.Length == 0);
}
