namespace Onnx.Tflite.Writing;

/// <summary>The fields of one table, by slot. Fields with their default value are left out, as the format wants.</summary>
internal sealed class TableFields
{
    private readonly List<(int Slot, FieldKind Kind, long Value)> _fields = [];
    private List<(int Slot, int[] Values)>? _vectors;

    private enum FieldKind
    {
        Byte,
        Int,
        Long,
        Offset,
    }

    public TableFields Byte(int slot, int value, int missing = 0) => Add(slot, FieldKind.Byte, value, missing);

    public TableFields Bool(int slot, bool value) => Add(slot, FieldKind.Byte, value ? 1 : 0, 0);

    /// <summary>A flag whose default is true.</summary>
    public TableFields False(int slot) => Add(slot, FieldKind.Byte, 0, 1);

    public TableFields Int(int slot, int value, int missing = 0) => Add(slot, FieldKind.Int, value, missing);

    public TableFields Float(int slot, float value) => Add(slot, FieldKind.Int, BitConverter.SingleToInt32Bits(value), 0);

    /// <summary>A 64-bit number that is written even when it is zero, so that it can be patched.</summary>
    public TableFields Long(int slot, long value) => Add(slot, FieldKind.Long, value, long.MinValue);

    /// <summary>A reference; 0 means absent.</summary>
    public TableFields Offset(int slot, long position) => Add(slot, FieldKind.Offset, position, 0);

    /// <summary>A vector of numbers that is written just before the table.</summary>
    public TableFields Ints(int slot, int[] values)
    {
        (_vectors ??= []).Add((slot, values));
        return this;
    }

    public long WriteTo(FlatBuilder builder) => WriteTo(builder, out _);

    /// <summary>Writes the table.</summary>
    /// <param name="builder">Where to.</param>
    /// <param name="longPositions">Positions of the 64-bit fields by slot, for patching.</param>
    public long WriteTo(FlatBuilder builder, out Dictionary<int, long> longPositions)
    {
        foreach (var (slot, values) in _vectors ?? [])
        {
            Offset(slot, builder.Ints(values));
        }

        longPositions = [];
        long end = builder.Position;
        // Large fields first, from the table's end, so that no field needs padding more than once.
        var placed = new (int Slot, long Position)[_fields.Count];
        int i = 0;
        foreach (var field in _fields.OrderByDescending(field => Size(field.Kind)))
        {
            Put(builder, field.Kind, field.Value);
            placed[i++] = (field.Slot, builder.Position);
            if (field.Kind == FieldKind.Long)
            {
                longPositions[field.Slot] = builder.Position;
            }
        }

        builder.PutInt32(0);
        long table = builder.Position;
        builder.LinkVtable(table, Vtable(placed, table, end));
        return table;
    }

    private static ushort[] Vtable((int Slot, long Position)[] placed, long table, long end)
    {
        int slots = placed.Length == 0 ? 0 : placed.Max(field => field.Slot) + 1;
        var vtable = new ushort[slots + 2];
        vtable[0] = (ushort)(2 * vtable.Length);
        vtable[1] = (ushort)(table - end);
        foreach (var (slot, position) in placed)
        {
            vtable[slot + 2] = (ushort)(table - position);
        }

        return vtable;
    }

    private static int Size(FieldKind kind) => kind switch { FieldKind.Long => 8, FieldKind.Byte => 1, _ => 4 };

    private static void Put(FlatBuilder builder, FieldKind kind, long value)
    {
        switch (kind)
        {
            case FieldKind.Byte: builder.PutByte((byte)value); break;
            case FieldKind.Int: builder.PutInt32((int)value); break;
            case FieldKind.Long: builder.PutInt64(value); break;
            default: builder.PutOffset(value); break;
        }
    }

    private TableFields Add(int slot, FieldKind kind, long value, long missing)
    {
        if (value != missing)
        {
            _fields.Add((slot, kind, value));
        }

        return this;
    }
}
