using Torch.Onnx.Emission;
using Torch.Onnx.Program;

namespace Torch.Onnx.Lowering;

/// <summary>Memory that tensors share, as far as in-place writes are concerned.</summary>
/// <param name="origin">What it belongs to when it outlives a run (<c>buffer cache</c>, <c>input x</c>); null for memory of the run.</param>
internal sealed class TensorMemory(string? origin)
{
    public string? Origin => origin;

    /// <summary>Counts writes.</summary>
    public int Version { get; set; }
}

/// <summary>How a view is made of its base, and how a write to the view changes the base.</summary>
/// <param name="Read">The view's value, given the base's.</param>
/// <param name="Write">The base's new value, given its old one and the view's new one; null where a view cannot be written.</param>
internal sealed record ViewRule(Func<Value, Value> Read, Func<Value, Value, Value>? Write);

/// <summary>
/// A tensor with its place in memory. PyTorch's programs write in place, also through views; ONNX has only values. So each
/// view knows how it is made of its base: a write goes back through the chain to the memory's root, and a view that was
/// read before the write is made anew when it is read again.
/// </summary>
internal sealed class TensorView
{
    private readonly TensorView? _base;
    private readonly ViewRule? _rule;
    private Value _value;
    private int _version;

    /// <summary>A tensor with memory of its own.</summary>
    public TensorView(TensorMeta meta, Value value, string? origin = null)
    {
        Meta = meta;
        Memory = new TensorMemory(origin);
        _value = value;
    }

    /// <summary>A view of another tensor.</summary>
    public TensorView(TensorMeta meta, Value value, TensorView viewed, ViewRule rule)
    {
        Meta = meta;
        Memory = viewed.Memory;
        _base = viewed;
        _rule = rule;
        _value = value;
        _version = viewed.Memory.Version;
    }

    public TensorMeta Meta { get; }

    public TensorMemory Memory { get; }

    /// <summary>The tensor that owns the memory.</summary>
    public TensorView Root
    {
        get
        {
            var root = this;
            while (root._base is not null)
            {
                root = root._base;
            }

            return root;
        }
    }

    /// <summary>Whether a write to this view can be carried back to its memory.</summary>
    public bool IsWritable
    {
        get
        {
            for (var view = this; view._base is not null; view = view._base)
            {
                if (view._rule!.Write is null)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>The value as of the last write to the memory.</summary>
    public Value Read()
    {
        if (_version == Memory.Version)
        {
            return _value;
        }

        var stale = new Stack<TensorView>();
        for (var view = this; view is not null && view._version != Memory.Version; view = view._base)
        {
            stale.Push(view);
        }

        while (stale.TryPop(out var view))
        {
            view._value = view._rule is null ? view._value : view._rule.Read(view._base!._value);
            view._version = Memory.Version;
        }

        return _value;
    }

    /// <summary>Replaces the tensor's elements, and with them those of everything that shares its memory.</summary>
    public void Write(Value value)
    {
        if (!IsWritable)
        {
            throw new LoweringException(
                BlockerReason.InPlaceUnsupported, "it writes in place through a view whose elements share memory", "Clone the view before the write, or use the operator that is not in place.");
        }

        _base?.Read();
        int version = Memory.Version + 1;
        var child = value;
        for (var view = this; ; view = view._base)
        {
            view._value = child;
            view._version = version;
            if (view._base is null)
            {
                break;
            }

            child = view._rule!.Write!(view._base._value, child);
        }

        Memory.Version = version;
    }
}

/// <summary>What a name of the program stands for; shape-changing in-place operators put another view here.</summary>
/// <param name="view">The tensor.</param>
internal sealed class TensorSlot(TensorView view)
{
    public TensorView View { get; set; } = view;
}
