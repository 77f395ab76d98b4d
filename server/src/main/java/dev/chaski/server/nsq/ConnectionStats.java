package dev.chaski.server.nsq;

import dev.chaski.engine.Subscription;
import dev.chaski.server.auth.Authorization;
import dev.chaski.server.clients.ClientStats;
import org.jspecify.annotations.Nullable;

/** Puts a connection's figures together. Any thread. */
final class ConnectionStats {
    private ConnectionStats() {}

    static ClientStats of(Connection client, String remoteAddress, long connectSeconds) {
        ClientSettings settings = client.settings();
        Agreement agreement = client.negotiation().agreement();
        Subscription own = client.consuming().subscription();
        Authorization authorization = client.authorizing().authorization();
        return new ClientStats(
                settings.clientId(),
                settings.hostname(),
                "V2",
                remoteAddress,
                client.consuming().state(),
                own == null ? null : own.channel().topic().name(),
                own == null ? null : own.channel().name(),
                own == null ? 0 : own.readyCount(),
                own == null ? 0 : own.inFlightCount(),
                own == null ? 0 : own.messageCount(),
                own == null ? 0 : own.finishCount(),
                own == null ? 0 : own.requeueCount(),
                connectSeconds,
                settings.msgTimeoutMs(),
                settings.sampleRate(),
                agreement.deflate(),
                agreement.snappy(),
                settings.userAgent(),
                auth(authorization),
                client.publishing().counts(),
                client.negotiation().tls(),
                settings.zone(),
                settings.region());
    }

    private static ClientStats.@Nullable Auth auth(@Nullable Authorization authorization) {
        return authorization == null || authorization.grantCount() == 0
                ? null
                : new ClientStats.Auth(authorization.identity(), authorization.identityUrl());
    }
}
