package dev.chaski.cli;

import dev.chaski.server.Chaski;
import java.io.PrintStream;
import java.net.InetSocketAddress;

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
        out.println();
        out.println("  Try");
        out.println("    curl -d hello 'http://" + http + "/pub?topic=greetings'");
        out.println("    curl 'http://" + http + "/stats'");
        out.println();
        out.println("  Stop it with Ctrl-C. All options: chaski serve --help");
        out.println();
        out.flush();
    }

    /** What to type to get there from this machine. */
    static String reachable(InetSocketAddress address) {
        boolean isAny = address.getAddress() != null && address.getAddress().isAnyLocalAddress();
        return (isAny ? "localhost" : address.getHostString()) + ":" + address.getPort();
    }
}
