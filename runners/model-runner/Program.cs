using Runner.Model;

using var channel = ProtocolChannel.OnStandardStreams();
return new RequestLoop(channel).Run();
