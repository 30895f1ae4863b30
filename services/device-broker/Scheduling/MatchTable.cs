using Platform.Contracts.Hub.V1;
using Platform.DeviceBroker.Devices;

namespace Platform.DeviceBroker.Scheduling;

/// <summary>Which kind of device may take which kind of run: worked out once for a pair, when the first of either appears.</summary>
internal sealed class MatchTable
{
    // What users write in selectors is theirs to choose: shapes without runs go when there are many.
    private const int Many = 4096;

    private readonly Dictionary<string, Shape> _shapes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeviceClass> _classes = new(StringComparer.Ordinal);
    private readonly List<Shape?> _byIndex = [];
    private readonly Stack<int> _free = [];
    private int _manyShapes = Many;
    private int _manyClasses = Many;

    public IReadOnlyCollection<DeviceClass> Classes => _classes.Values;

    public Shape this[int index] => _byIndex[index]!;

    public Shape ShapeOf(DeviceSelector selector)
    {
        string key = string.Join('\n', [selector.Name, selector.Os, .. selector.Attributes.Distinct().Order(StringComparer.Ordinal)]);
        if (_shapes.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_shapes.Count >= _manyShapes)
        {
            ForgetEmptyShapes();
        }

        var shape = new Shape(key, _free.TryPop(out int index) ? index : _byIndex.Count, selector);
        if (shape.Index == _byIndex.Count)
        {
            _byIndex.Add(shape);
        }

        _byIndex[shape.Index] = shape;
        _shapes[key] = shape;
        foreach (var devices in _classes.Values)
        {
            devices.Consider(shape);
        }

        return shape;
    }

    public DeviceClass ClassOf(StoredDevice device)
    {
        string key = DeviceClass.KeyOf(device);
        if (_classes.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_classes.Count >= _manyClasses)
        {
            ForgetEmptyClasses();
        }

        var devices = new DeviceClass(key, device);
        foreach (var shape in _shapes.Values)
        {
            devices.Consider(shape);
        }

        return _classes[key] = devices;
    }

    private void ForgetEmptyShapes()
    {
        foreach (var shape in _shapes.Values.Where(shape => shape.Count == 0).ToList())
        {
            _shapes.Remove(shape.Key);
            _byIndex[shape.Index] = null;
            _free.Push(shape.Index);
        }

        _manyShapes = Math.Max(Many, 2 * _shapes.Count);
    }

    private void ForgetEmptyClasses()
    {
        foreach (var devices in _classes.Values.Where(devices => devices.Devices == 0).ToList())
        {
            _classes.Remove(devices.Key);
        }

        _manyClasses = Math.Max(Many, 2 * _classes.Count);
    }
}
