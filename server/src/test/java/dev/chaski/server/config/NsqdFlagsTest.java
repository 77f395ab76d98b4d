package dev.chaski.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The flags and defaults that nsqd 1.3.0 prints with --help, written down from there. */
@Timeout(30)
class NsqdFlagsTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "auth-http-address, none",
                "broadcast-address, none",
                "broadcast-http-port, 0",
                "broadcast-tcp-port, 0",
                "deflate, true",
                "e2e-processing-latency-percentile, none",
                "e2e-processing-latency-window-time, 10m0s",
                "http-address, 0.0.0.0:4151",
                "http-client-connect-timeout, 2s",
                "http-client-request-timeout, 5s",
                "https-address, 0.0.0.0:4152",
                "log-level, INFO",
                "log-prefix, '[nsqd] '",
                "lookupd-tcp-address, none",
                "max-body-size, 5242880",
                "max-bytes-per-file, 104857600",
                "max-channel-consumers, 0",
                "max-deflate-level, 6",
                "max-heartbeat-interval, 1m0s",
                "max-msg-size, 1048576",
                "max-msg-timeout, 15m0s",
                "max-output-buffer-size, 65536",
                "max-output-buffer-timeout, 30s",
                "max-rdy-count, 2500",
                "max-req-timeout, 1h0m0s",
                "mem-queue-size, 10000",
                "min-output-buffer-timeout, 25ms",
                "msg-timeout, 1m0s",
                "node-id, none",
                "output-buffer-timeout, 250ms",
                "queue-scan-selection-count, 20",
                "queue-scan-worker-pool-max, 4",
                "snappy, true",
                "statsd-address, none",
                "statsd-exclude-ephemeral, false",
                "statsd-interval, 1m0s",
                "statsd-mem-stats, true",
                "statsd-prefix, nsq.%s",
                "statsd-udp-packet-size, 508",
                "sync-every, 2500",
                "sync-timeout, 2s",
                "tcp-address, 0.0.0.0:4150",
                "tls-cert, none",
                "tls-client-auth-policy, none",
                "tls-key, none",
                "tls-min-version, tls1.0",
                "tls-required, false",
                "tls-root-ca-file, none",
                "verbose, false",
                "worker-id, 0",
            })
    void everyFlagOfNsqdIsThereWithItsDefault(String flag, String defaultOfNsqd) throws OptionException {
        Option<?> option = OptionTable.ofFlag(flag);
        assertThat(option).as("--" + flag).isNotNull();
        assertThat(option.isOwn()).isFalse();
        assertThat(option.defaultText()).isEqualTo(canonical(option, defaultOfNsqd));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "broadcast-address, none",
                "http-address, 0.0.0.0:4161",
                "inactive-producer-timeout, 5m0s",
                "log-level, INFO",
                "log-prefix, '[nsqlookupd] '",
                "tcp-address, 0.0.0.0:4160",
                "tombstone-lifetime, 45s",
                "verbose, false",
            })
    void everyFlagOfNsqlookupdIsThereWithItsDefault(String flag, String defaultThere) throws OptionException {
        Option<?> option = LookupdOptions.all().ofFlag(flag);
        assertThat(option).as("--" + flag).isNotNull();
        assertThat(option.isOwn()).isFalse();
        assertThat(option.defaultText()).isEqualTo(canonical(option, defaultThere));
    }

    private static <T> String canonical(Option<T> option, String text) throws OptionException {
        return text == null ? "" : option.kind().format(option.kind().read(text));
    }
}
