package dev.chaski.cli.doctor;

import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.Option;
import dev.chaski.server.config.Option.Group;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Whether the broker can listen where it is told to; if not, who does. */
final class PortCheck {
    private static final String SUBJECT = "ports";
    private static final int PRIVILEGED_MAX = 1023;
    private static final String OWN_LOOKUP = "lookup-";

    private final Options options;
    private final PortOwners owners;
    private final OptionalLong broker;

    /**
     * Looks at nothing yet.
     *
     * @param broker process id of the broker that runs on the data folder, which may have its ports
     */
    PortCheck(Options options, PortOwners owners, OptionalLong broker) {
        this.options = options;
        this.owners = owners;
        this.broker = broker;
    }

    List<Finding> look() {
        List<Finding> findings = new ArrayList<>();
        for (Option<?> option : OptionTable.all()) {
            if (option.group() == Group.ADDRESSES && isListened(option)) {
                Object value = options.get(option);
                Object address = value instanceof Optional<?> optional ? optional.orElse(null) : value;
                if (address instanceof HostPort hostPort) {
                    findings.add(look(option + "=" + hostPort, hostPort));
                }
            }
        }
        return findings;
    }

    /** HTTPS needs a certificate; where there are lookups elsewhere its own is not served unless that is asked for. */
    private boolean isListened(Option<?> option) {
        if (option.name().startsWith(OWN_LOOKUP)) {
            return options.source(option) != Options.Source.DEFAULT
                    || options.get(OptionTable.LOOKUPD_TCP_ADDRESS).isEmpty();
        }
        return option != OptionTable.HTTPS_ADDRESS
                || !options.get(OptionTable.TLS_CERT).isEmpty();
    }

    private Finding look(String flag, HostPort address) {
        if (address.port() == 0) {
            return Finding.ok(SUBJECT, flag + " takes any free port");
        }
        InetSocketAddress socketAddress;
        try {
            InetAddress host = address.host().isEmpty() ? null : InetAddress.getByName(address.host());
            socketAddress = new InetSocketAddress(host, address.port());
        } catch (UnknownHostException e) {
            return Finding.fail(
                    SUBJECT, flag + ": there is no host " + address.host(), "give an address of this machine");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // as the broker does
            socket.bind(socketAddress);
            return Finding.ok(SUBJECT, flag + " is free");
        } catch (IOException e) {
            return refused(flag, address, String.valueOf(e.getMessage()));
        }
    }

    private Finding refused(String flag, HostPort address, String why) {
        OptionalLong pid = owners.pid(address.port());
        if (pid.isPresent() && pid.equals(broker)) {
            return Finding.ok(SUBJECT, flag + " is served by the broker on the data folder");
        }
        if (pid.isPresent()) {
            return Finding.fail(
                    SUBJECT,
                    flag + " is taken by " + owners.name(pid.getAsLong()),
                    "end that one, or give another port");
        }
        if (why.contains("assign")) {
            return Finding.fail(SUBJECT, flag + ": " + why, "give an address of this machine, or 0.0.0.0 for all");
        }
        if (address.port() <= PRIVILEGED_MAX && why.contains("ermission")) {
            return Finding.fail(
                    SUBJECT,
                    flag + ": " + why,
                    "ports below 1024 are for root: take a higher one, as the usual one is");
        }
        return Finding.fail(
                SUBJECT,
                flag + ": " + why,
                "somebody of another user has it: ask ss -ltnp as root, or give another port");
    }
}
