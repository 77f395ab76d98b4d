package dev.chaski.server;

import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.Option;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/** Says why a door cannot listen, by its flag. */
final class Listening {
    private Listening() {}

    static StartException failed(Option<?> option, HostPort address, IOException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
            return new StartException(option + "=" + address + ": there is no host " + address.host(), e);
        }
        String said = String.valueOf(cause.getMessage());
        String why = said.contains("in use")
                ? "port " + address.port() + " is in use by another program; stop it, or choose another port"
                : "cannot listen there: " + said;
        return new StartException(option + "=" + address + ": " + why, e);
    }
}
