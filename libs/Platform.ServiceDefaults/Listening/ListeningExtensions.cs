using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;

namespace Platform.ServiceDefaults;

/// <summary>Binds the ports and the socket of a process.</summary>
public static class ListeningExtensions
{
    /// <summary>Marks a connection that came over the private socket.</summary>
    internal const string PrivateConnection = "hub-private";

    /// <summary>Configures Kestrel from the section <c>Listen</c>.</summary>
    public static WebApplicationBuilder AddListening(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection("Listen").Get<ListenOptions>() ?? new ListenOptions();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Parts of uploads are bounded by the artifact service itself, which knows what was announced.
            kestrel.Limits.MaxRequestBodySize = null;
            Bind(kestrel, options, options.Http, HttpProtocols.Http1);
            Bind(kestrel, options, options.Grpc, HttpProtocols.Http2);
            if (options.Socket.Length > 0)
            {
                File.Delete(options.Socket);
                kestrel.ListenUnixSocket(options.Socket, listen =>
                {
                    listen.Protocols = HttpProtocols.Http2;
                    listen.Use(next => connection =>
                    {
                        connection.Items[PrivateConnection] = true;
                        return next(connection);
                    });
                });
            }
        });
        return builder;
    }

    private static void Bind(KestrelServerOptions kestrel, ListenOptions options, int port, HttpProtocols protocols)
    {
        if (port < 0)
        {
            return;
        }

        kestrel.Listen(IPAddress.Parse(options.Address), port, listen =>
        {
            listen.Protocols = protocols;
            if (options.CertificatePath.Length > 0)
            {
                listen.UseHttps(LoadCertificate(options));
            }
        });
    }

    private static X509Certificate2 LoadCertificate(ListenOptions options) => options.CertificateKeyPath.Length > 0
        ? X509Certificate2.CreateFromPemFile(options.CertificatePath, options.CertificateKeyPath)
        : X509CertificateLoader.LoadPkcs12FromFile(options.CertificatePath, null);
}
