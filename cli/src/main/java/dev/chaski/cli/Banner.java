package dev.chaski.cli;

import dev.chaski.server.Chaski;
import dev.chaski.server.LookupServer;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What a person at a terminal sees when the broker serves. */
final class Banner {
    private Banner() {}

    static void print(PrintStream out, Chaski chaski) {
        out.println();
        out.println("  Chaski " + Version.text() + " serves from " + chaski.dataPath());
        out.println();
        String http = reachable(chaski.httpAddress());
        out.println("    NSQ    " + reachable(chaski.tcpAddress()));
        out.println("    HTTP   " + http);
        InetSocketAddress https = chaski.httpsAddress();
        if (https != null) {
            out.println("    HTTPS  " + reachable(https));
        }
        lookup(out, chaski.lookupTcpAddress(), chaski.lookupHttpAddress());
        out.println();
        out.println("  Try");
        out.println("    curl -d hello 'http://" + http + "/pub?topic=greetings'");
        out.println("    curl 'http://" + http + "/stats'");
        out.println();
        out.println("  Stop it with Ctrl-C. All options: chaski serve --help");
        out.println();
        out.flush();
    }

    private static void lookup(PrintStream out, @Nullable InetSocketAddress tcp, @Nullable InetSocketAddress http) {
        if (tcp != null) {
            out.println("    Lookup " + reachable(tcp) + (http == null ? "" : ", HTTP " + reachable(http)));
        } else if (http != null) {
            out.println("    Lookup HTTP " + reachable(http));
        }
    }

    static void print(PrintStream out, LookupServer lookup) {
        String http = reachable(lookup.httpAddress());
        out.println();
        out.println("  Chaski " + Version.text() + " tells who has what");
        out.println();
        out.println("    Nodes register at  " + reachable(lookup.tcpAddress()));
        out.println("    Consumers ask      " + http);
        out.println();
        out.println("  Try");
        out.println("    chaski serve --lookupd-tcp-address=" + reachable(lookup.tcpAddress()));
        out.println("    curl 'http://" + http + "/nodes'");
        out.println();
        out.println("  Stop it with Ctrl-C. All options: chaski lookupd --help");
        out.println();
        out.flush();
    }

    /** What to type to get there from this machine. */
    static String reachable(InetSocketAddress address) {
        boolean isAny = address.getAddress() != null && address.getAddress().isAnyLocalAddress();
        return (isAny ? "localhost" : address.getHostString()) + ":" + address.getPort();
    }
}
