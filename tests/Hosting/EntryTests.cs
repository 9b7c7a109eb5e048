using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Federated.Hosting.Tests;

[TestClass]
public sealed class EntryTests
{
    [TestMethod]
    public async Task The_bodys_code_is_the_processs() => Assert.AreEqual((5, ""), await RunAsync(() => Task.FromResult(5)));

    [TestMethod]
    public async Task What_an_operator_must_mend_is_two_lines_and_code_2() =>
        Assert.AreEqual(
            (OperatorException.ExitCode, "error: the file is gone.\nhint: bring it back\n"),
            await RunAsync(() => throw new OperatorException("the file is gone.", "bring it back"))
        );

    [TestMethod]
    public async Task Without_a_hint_there_is_one_line() =>
        Assert.AreEqual((2, "error: the file is gone.\n"), await RunAsync(() => throw new OperatorException("the file is gone.")));

    [TestMethod]
    public async Task What_others_wrote_does_not_act_on_the_terminal() =>
        Assert.AreEqual(
            (2, "error: it says a\ufffd[2Jb\n  and c.\nhint: \ufffdd\n"),
            await RunAsync(() => throw new OperatorException("it says a\u001b[2Jb\n  and c.", "\u202ed"))
        );

    [TestMethod]
    public async Task Ctrl_C_is_code_130() => Assert.AreEqual((130, ""), await RunAsync(() => throw new OperationCanceledException()));

    [TestMethod]
    public async Task A_port_in_use_is_the_operators_to_mend()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;

        var (code, errors) = await RunAsync(async () =>
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
            await using var app = builder.Build();
            await app.StartAsync();
            return 0;
        });

        Assert.AreEqual(OperatorException.ExitCode, code);
        Assert.Contains(port.ToString(), errors);
        Assert.EndsWith("hint: choose another port, or stop the process that holds it\n", errors);
    }

    [TestMethod]
    public async Task An_address_of_another_machine_is_the_operators_to_mend()
    {
        var (code, errors) = await RunAsync(async () =>
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse("192.0.2.1"), 0)); // RFC 5737: nobody's
            await using var app = builder.Build();
            await app.StartAsync();
            return 0;
        });

        Assert.AreEqual(OperatorException.ExitCode, code);
        Assert.StartsWith("error: Listening on the configured address failed: ", errors);
        Assert.EndsWith("hint: configure an address of this machine; 0.0.0.0 stands for all of them\n", errors);
    }

    [TestMethod]
    public async Task A_port_that_needs_a_privilege_is_the_operators_to_mend()
    {
        // Thrown, not provoked: whether this user may listen there depends on the machine.
        var (code, errors) = await RunAsync(() => throw new SocketException((int)SocketError.AccessDenied));

        Assert.AreEqual(OperatorException.ExitCode, code);
        Assert.EndsWith("hint: ports below 1024 need a privilege (CAP_NET_BIND_SERVICE); choose a higher one\n", errors);
    }

    [TestMethod]
    public async Task A_bug_is_not_dressed_up_as_the_operators_fault() =>
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => RunAsync(() => throw new InvalidOperationException()));

    private static async Task<(int Code, string Errors)> RunAsync(Func<Task<int>> body)
    {
        var error = Console.Error;
        using var captured = new StringWriter { NewLine = "\n" };
        Console.SetError(captured);
        try
        {
            return (await Entry.RunAsync(body), captured.ToString());
        }
        finally
        {
            Console.SetError(error);
        }
    }
}
