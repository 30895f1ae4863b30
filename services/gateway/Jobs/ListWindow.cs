using System.Text;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Datasets;
using Platform.Gateway.Models;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Jobs;

/// <summary>Which part of a list is asked for. A cursor is opaque to clients: the place of the last item in the index.</summary>
internal sealed record ListWindow(int AskedLimit, string Cursor, int AskedOffset)
{
    public int Offset => AskedOffset >= 0 ? AskedOffset : throw new FailureException(FailureCode.ArgumentInvalid, "offset is at least 0");

    /// <summary>Where the page begins.</summary>
    public IndexPosition? After
    {
        get
        {
            if (Cursor.Length == 0)
            {
                return null;
            }

            try
            {
                string[] parts = Encoding.UTF8.GetString(Convert.FromBase64String(Cursor)).Split('\n');
                return parts.Length == 2 ? new IndexPosition(parts[0], parts[1]) : throw Invalid();
            }
            catch (FormatException)
            {
                throw Invalid();
            }
        }
    }

    public int Limit(int defaultLimit, int largest) => AskedLimit == 0 ? defaultLimit : Math.Clamp(AskedLimit, 1, largest);

    public string CursorAfter(object item)
    {
        var (owner, createdAt, id) = item switch
        {
            Job job => (job.Owner, job.CreatedAt, job.Id),
            StoredModel model => (model.Owner, model.CreatedAt, model.Id),
            StoredDataset dataset => (dataset.Owner, dataset.CreatedAt, dataset.Id),
            _ => throw new ArgumentException($"{item.GetType()} has no list", nameof(item)),
        };
        return CursorOf(new IndexPosition($"{IndexKey.Of(owner)}{IndexKey.Of(createdAt)}", id));
    }

    /// <summary>The text that <see cref="After"/> reads.</summary>
    public static string CursorOf(IndexPosition place) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{place.Key}\n{place.Id}"));

    private static FailureException Invalid() => new(FailureCode.ArgumentInvalid, "the cursor is not one that this list gave");
}
