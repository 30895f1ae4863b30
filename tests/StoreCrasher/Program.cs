// Writes documents for as long as it lives and prints the id of each one that was acknowledged: a test kills it at a
// random moment and looks for every printed id in the file.
using System.Text;
using Platform.Store;
using Platform.Store.Sqlite;

await using var store = new SqliteStore(new SqliteStoreOptions(args[0]) { Fatal = error => Environment.Exit(70) });
var schema = new CollectionSchema("things", [new IndexSchema("name", Unique: true)], _ => new Dictionary<string, string>());
await store.OpenAsync([schema], CancellationToken.None);
int writers = int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture);
string run = args[2];
using var output = Console.OpenStandardOutput();
var gate = new Lock();
await Task.WhenAll(Enumerable.Range(0, writers).Select(async writer =>
{
    for (int i = 0; ; i++)
    {
        string id = $"{run}-{writer}-{i}";
        var document = new StoredDocument(id, "o", 1, Encoding.UTF8.GetBytes(new string('x', 400)), new Dictionary<string, string> { ["name"] = id });
        await store.InsertAsync("things", document, CancellationToken.None);
        await store.ReplaceIfVersionAsync("things", document with { Version = 2 }, 1, CancellationToken.None);
        byte[] line = Encoding.UTF8.GetBytes(id + "\n");
        lock (gate)
        {
            output.Write(line);
            output.Flush();
        }
    }
}));
