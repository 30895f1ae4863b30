using Platform.Artifact;
using Platform.ServiceDefaults;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("artifact");
builder.AddArtifact();
var app = builder.Build();
app.MapHealth();
app.MapArtifact();
await app.RunAsync();
