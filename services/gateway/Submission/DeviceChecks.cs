using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains.Options;

namespace Platform.Gateway.Submission;

/// <summary>Checks that devices exist that match and can run the model.</summary>
internal sealed class DeviceChecks(KnownDevices known, DeviceBroker.DeviceBrokerClient broker)
{
    private static readonly Dictionary<ModelType, string> s_frameworks = new()
    {
        [ModelType.Tflite] = "framework:tflite",
        [ModelType.Onnx] = "framework:onnx",
        [ModelType.PrecompiledQnnOnnx] = "framework:qnn",
        [ModelType.QnnDlc] = "framework:qnn",
        [ModelType.QnnContextBinary] = "framework:qnn",
        [ModelType.QnnLibAarch64Android] = "framework:qnn",
    };

    /// <summary>Whether a model of that type can be run at all; others must be compiled first.</summary>
    public static bool IsRunnable(ModelType type) => s_frameworks.ContainsKey(type);

    /// <summary>Devices that match and have the framework of <paramref name="type"/> (unspecified: any); refuses when there are none.</summary>
    public async Task<IReadOnlyList<Device>> MatchAsync(string owner, DeviceSelector? selector, ModelType type, SubmissionDraft draft, CancellationToken cancellation)
    {
        selector ??= new DeviceSelector();
        if (selector.Name.Length == 0 && selector.Attributes.Count == 0)
        {
            draft.Refuse(FailureCode.ArgumentInvalid, "name a device, or attributes that it must have", "device");
            return [];
        }

        foreach (string attribute in selector.Attributes.Where(attribute => attribute.Split(':') is not [{ Length: > 0 }, { Length: > 0 }]))
        {
            draft.Refuse(FailureCode.ArgumentInvalid, $"'{attribute}' is not an attribute: write key:value", "device");
            return [];
        }

        var matches = await known.MatchAsync(owner, selector, cancellation);
        if (matches.Count == 0)
        {
            draft.Refuse(FailureCode.DeviceNotFound, await NotFoundAsync(owner, selector, cancellation), "device");
            return [];
        }

        var suitable = matches.Where(device => !s_frameworks.TryGetValue(type, out string? framework) || device.Attributes.Contains(framework)).ToList();
        if (suitable.Count == 0)
        {
            draft.Refuse(FailureCode.DeviceUnsuitable, $"{matches[0].Name} cannot run {type} models: it lacks {s_frameworks[type]}", "device");
        }

        if (suitable.Count > 0 && suitable.TrueForAll(device => device.Proxies.Contains(selector.Name)))
        {
            string names = string.Join(", ", suitable.Select(device => device.Name).Distinct());
            draft.Warn($"{selector.Name}: {names} stands in for the chip. TFLite and ONNX models and their figures carry over; a QNN binary made for it is not guaranteed to run on the chip itself");
        }

        return suitable;
    }

    private async Task<string> NotFoundAsync(string owner, DeviceSelector selector, CancellationToken cancellation)
    {
        var all = await broker.ListDevicesAsync(new Contracts.Broker.V1.ListDevicesRequest { OrganizationId = owner, Selector = new DeviceSelector() }, cancellationToken: cancellation);
        string wanted = string.Join(", ", new[] { selector.Name, selector.Os }.Concat(selector.Attributes).Where(part => part.Length > 0));
        if (all.Devices.Count == 0)
        {
            return $"no device matches {wanted}: the farm has no devices";
        }

        var names = selector.Name.Length > 0
            ? Nearest.Names(selector.Name, all.Devices.SelectMany(device => device.Families.Concat(device.Proxies).Prepend(device.Name)).Distinct(), 3)
            : all.Devices.OrderByDescending(device => device.Attributes.Intersect(selector.Attributes).Count()).Select(device => device.Name).Take(3);
        return $"no device matches {wanted}; the nearest are {string.Join(", ", names)}";
    }
}
