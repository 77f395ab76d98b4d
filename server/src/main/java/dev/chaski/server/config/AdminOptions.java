package dev.chaski.server.config;

import dev.chaski.server.config.Choices.LogFormat;
import dev.chaski.server.config.Option.Group;
import dev.chaski.server.config.Option.Relation;
import java.util.List;

/** The options of the console, its API, the metrics and the logs. Those of the console are nsqadmin's where it has them. */
public final class AdminOptions {
    /** Who may change something over the console's API. */
    public static final Option<List<String>> ADMIN_USER = own(
            Group.CONSOLE,
            "admin-user",
            Kind.list(Kind.text("name")),
            List.of(),
            "only this user may change something in the console (may be repeated); everybody, where none is named");

    /** Where a proxy says who somebody is. */
    public static final Option<String> ACL_HTTP_HEADER = own(
            Group.CONSOLE,
            "acl-http-header",
            Kind.text("header"),
            "X-Forwarded-User",
            "the header in which a proxy in front says who the user is");

    /** Whether the console only shows. */
    public static final Option<Boolean> CONSOLE_READ_ONLY =
            own(Group.CONSOLE, "console-read-only", Kind.bool(), false, "nobody may change anything in the console");

    /** How many watch at a time. */
    public static final Option<Integer> CONSOLE_STREAMS_MAX = own(
            Group.CONSOLE,
            "console-streams-max",
            Kind.integer(1, 10_000),
            64,
            "live charts and tails of topics that may be open at a time");

    /** Where other nodes are asked for. */
    public static final Option<List<HostPort>> LOOKUPD_HTTP_ADDRESS = own(
            Group.CONSOLE,
            "lookupd-http-address",
            Kind.list(Kind.address()),
            List.of(),
            "the console shows the nodes that this nsqlookupd knows (may be repeated)");

    /** How many topics have metrics of their own. */
    public static final Option<Integer> METRICS_TOPICS_MAX = own(
            Group.METRICS,
            "metrics-topics-max",
            Kind.integer(0, 100_000),
            1_000,
            "topics that have figures of their own in /metrics; those of all others are summed up");

    /** What a line of the log looks like. */
    public static final Option<LogFormat> LOG_FORMAT = own(
            Group.LOGGING,
            "log-format",
            Kind.choice(Words.ofNames(LogFormat.class)),
            LogFormat.TEXT,
            "text for key=value lines, json for one object per line");

    /** Where administrative actions are written down. */
    public static final Option<String> AUDIT_LOG = own(
            Group.LOGGING,
            "audit-log",
            Kind.text("file"),
            "",
            "write administrative actions to this file, instead of to the log");

    private AdminOptions() {}

    /** All of them, in the order of the help. */
    static List<Option<?>> all() {
        return List.of(
                ADMIN_USER,
                ACL_HTTP_HEADER,
                CONSOLE_READ_ONLY,
                CONSOLE_STREAMS_MAX,
                LOOKUPD_HTTP_ADDRESS,
                METRICS_TOPICS_MAX,
                LOG_FORMAT,
                AUDIT_LOG);
    }

    private static <T> Option<T> own(Group group, String name, Kind<T> kind, T defaultValue, String description) {
        return new Option<>(group, name, name.replace('-', '_'), kind, defaultValue, description, Relation.OWN);
    }
}
