using Platform.Compiler;
using Platform.ServiceDefaults;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("compiler");
builder.AddCompiler();
var app = builder.Build();
app.MapHealth();
await app.RunAsync();
