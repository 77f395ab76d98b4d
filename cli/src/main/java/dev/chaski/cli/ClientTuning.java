package dev.chaski.cli;

import dev.chaski.client.ClientBuilder;
import dev.chaski.client.ConsumerBuilder;
import dev.chaski.server.config.Durations;
import dev.chaski.server.config.OptionException;
import dev.chaski.server.tls.ClientTls;
import dev.chaski.server.tls.TlsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of go-nsq that NSQ's tools pass on as {@code --consumer-opt} and {@code --producer-opt}, for our client. One
 * thread.
 */
final class ClientTuning {
    /** Known to go-nsq, and of no use here: our client does this itself, or has no such thing. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "read_timeout",
            "write_timeout",
            "lookupd_poll_jitter",
            "lookupd_poll_timeout",
            "low_rdy_idle_timeout",
            "low_rdy_timeout",
            "rdy_redistribute_interval",
            "backoff_strategy",
            "tls_min_version",
            "lookupd_authorization");

    private final ClientBuilder<?> builder;
    private final @Nullable ConsumerBuilder consumer;
    private final Map<String, String> values = new HashMap<>();

    ClientTuning(ClientBuilder<?> builder) {
        this.builder = builder;
        consumer = builder instanceof ConsumerBuilder found ? found : null;
    }

    /**
     * Sets them.
     *
     * @param options {@code name,value}, or {@code name} for what is true
     * @throws IllegalArgumentException where one is not known, or its value is wrong
     */
    void apply(List<String> options) {
        for (String option : options) {
            int comma = option.indexOf(',');
            values.put(
                    comma < 0 ? option : option.substring(0, comma), comma < 0 ? "true" : option.substring(comma + 1));
        }
        for (Map.Entry<String, String> option : values.entrySet()) {
            try {
                if (!common(option.getKey(), option.getValue()) && !consuming(option.getKey(), option.getValue())) {
                    throw new IllegalArgumentException("there is no such setting");
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        option.getKey() + "," + option.getValue() + ": " + e.getMessage(), e);
            }
        }
        backoff();
        tls();
        if (isSet("deflate")) {
            builder.deflate(number(values.getOrDefault("deflate_level", "6")));
        }
        if (isSet("snappy")) {
            builder.snappy();
        }
    }

    private boolean common(String name, String value) {
        switch (name) {
            case "client_id" -> builder.clientId(value);
            case "hostname" -> builder.hostname(value);
            case "user_agent" -> builder.userAgent(value);
            case "auth_secret" -> builder.authSecret(value);
            case "dial_timeout" -> builder.connectTimeout(time(value));
            case "heartbeat_interval" -> builder.heartbeatInterval(time(value));
            case "snappy", "deflate", "tls_v1", "tls_insecure_skip_verify" -> isTrue(value);
            case "deflate_level" -> number(value);
            case "tls_root_ca_file", "tls_cert", "tls_key" -> file(name);
            default -> {
                return WITHOUT_EFFECT.contains(name);
            }
        }
        return true;
    }

    private boolean consuming(String name, String value) {
        ConsumerBuilder to = consumer;
        if (to == null) {
            return false;
        }
        switch (name) {
            case "max_in_flight" -> to.inFlightMax(number(value));
            case "max_attempts" -> to.attemptsMax(number(value));
            case "msg_timeout" -> to.messageTimeout(time(value));
            case "sample_rate" -> to.sampleRate(number(value));
            case "lookupd_poll_interval" -> to.lookupInterval(time(value));
            case "default_requeue_delay", "max_requeue_delay", "backoff_multiplier", "max_backoff_duration" ->
                time(value);
            case "output_buffer_size" -> number(value);
            case "output_buffer_timeout" -> outputBuffer(to, value);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void outputBuffer(ConsumerBuilder to, String timeout) {
        int bytes = number(values.getOrDefault("output_buffer_size", "16384"));
        if (bytes < 0 || timeout.startsWith("-")) {
            to.noOutputBuffer();
        } else {
            to.outputBuffer(bytes, time(timeout));
        }
    }

    private void backoff() {
        ConsumerBuilder to = consumer;
        if (to == null) {
            return;
        }
        if (values.containsKey("default_requeue_delay") || values.containsKey("max_requeue_delay")) {
            to.requeueDelay(
                    time(values.getOrDefault("default_requeue_delay", "90s")),
                    time(values.getOrDefault("max_requeue_delay", "15m")));
        }
        if (values.containsKey("backoff_multiplier") || values.containsKey("max_backoff_duration")) {
            to.backoff(
                    time(values.getOrDefault("backoff_multiplier", "1s")),
                    time(values.getOrDefault("max_backoff_duration", "2m")));
        }
    }

    private void tls() {
        if (!isSet("tls_v1")) {
            return;
        }
        boolean trustsAll = isSet("tls_insecure_skip_verify");
        try {
            builder.tls(ClientTls.context(file("tls_root_ca_file"), file("tls_cert"), file("tls_key"), trustsAll));
        } catch (TlsException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (trustsAll) {
            builder.tlsHostNameCheck(false);
        }
    }

    private @Nullable Path file(String name) {
        String value = values.get(name);
        return value == null ? null : Path.of(value);
    }

    private boolean isSet(String name) {
        return isTrue(values.getOrDefault(name, "false"));
    }

    private static boolean isTrue(String value) {
        return switch (value) {
            case "true", "1", "t", "T", "TRUE", "True" -> true;
            case "false", "0", "f", "F", "FALSE", "False" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static int number(String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number", e);
        }
    }

    private static Duration time(String value) {
        try {
            return Durations.parse(value);
        } catch (OptionException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
