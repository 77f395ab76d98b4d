package dev.chaski.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.chaski.server.Chaski;
import dev.chaski.server.audit.Audit;
import dev.chaski.server.config.AdminOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Who may change something, and what is written down of it. */
@Timeout(60)
class GuardTest {
    private static final String OWN = "X-Chaski-Console";

    /** Ways to change something, each of which the guard has to stand before. */
    private static final List<String> CHANGES = List.of(
            "POST /v1/topics",
            "POST /v1/topics/orders/pause",
            "POST /v1/topics/orders/unpause",
            "POST /v1/topics/orders/empty",
            "POST /v1/topics/orders/messages",
            "POST /v1/topics/orders/channels/billing/pause",
            "POST /v1/topics/orders/channels/billing/unpause",
            "POST /v1/topics/orders/channels/billing/empty",
            "DELETE /v1/topics/orders/channels/billing",
            "DELETE /v1/topics/orders",
            "DELETE /v1/nodes/elsewhere:1/topics/orders");

    private static void refusesAll(ApiClient api, String code, String... headers) throws Exception {
        for (String change : CHANGES) {
            String[] words = change.split(" ", 2);
            String body = words[0].equals("POST") ? "{\"topic\":\"new\"}" : "";
            assertThat(api.ask(words[0], words[1], body, headers).error())
                    .as(change)
                    .isEqualTo("403 " + code);
        }
        assertThat(api.json("/v1/topics").get("total").asInt()).isEqualTo(1);
        assertThat(api.json("/v1/topics/orders").get("messages").asInt()).isZero();
    }

    @Test
    void aReadOnlyConsoleChangesNothing() throws Exception {
        try (Chaski chaski = Chaski.builder()
                        .set(AdminOptions.CONSOLE_READ_ONLY, true)
                        .start();
                ApiClient api = new ApiClient(chaski.httpAddress())) {
            chaski.topics().create("orders", "billing");
            refusesAll(api, "READ_ONLY");
            assertThat(api.json("/v1/me").get("read_only").asBoolean()).isTrue();
        }
    }

    @Test
    void onlyAdminsChangeSomethingWhereTheyAreNamed() throws Exception {
        try (Chaski chaski = Chaski.builder()
                        .set(AdminOptions.ADMIN_USER, List.of("ada", "grace"))
                        .set(AdminOptions.ACL_HTTP_HEADER, "X-Who")
                        .start();
                ApiClient api = new ApiClient(chaski.httpAddress())) {
            chaski.topics().create("orders", "billing");
            refusesAll(api, "NOT_ADMIN");
            refusesAll(api, "NOT_ADMIN", "X-Who", "mallory");
            refusesAll(api, "NOT_ADMIN", "X-Forwarded-User", "ada");
            assertThat(api.get("/v1/me", "X-Who", "mallory")
                            .json()
                            .get("is_admin")
                            .asBoolean())
                    .isFalse();
            assertThat(api.get("/v1/me", "X-Who", "grace")
                            .json()
                            .get("is_admin")
                            .asBoolean())
                    .isTrue();
            assertThat(api.post("/v1/topics/orders/pause", "", "X-Who", "grace").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aPageOfAnotherSiteChangesNothing() throws Exception {
        try (Chaski chaski = Chaski.start();
                ApiClient api = new ApiClient(chaski.httpAddress())) {
            chaski.topics().create("orders", "billing");
            String own = "http://127.0.0.1:" + chaski.httpAddress().getPort();
            refusesAll(api, "CROSS_SITE", "Origin", "https://evil.example");
            refusesAll(api, "CROSS_SITE", "Origin", "https://evil.example", OWN, "1");
            refusesAll(api, "CROSS_SITE", "Origin", "null", OWN, "1");
            refusesAll(api, "CROSS_SITE", "Sec-Fetch-Site", "cross-site", OWN, "1");
            refusesAll(api, "CROSS_SITE", "Sec-Fetch-Site", "same-site", OWN, "1");
            refusesAll(api, "CROSS_SITE", "Origin", own, "Sec-Fetch-Site", "same-origin");
            refusesAll(api, "CROSS_SITE", "Origin", own.replace("http://", "http://evil.example@"), OWN, "1");
            String pause = "/v1/topics/orders/pause";
            assertThat(api.post(pause, "", "Origin", own, "Sec-Fetch-Site", "same-origin", OWN, "1")
                            .status())
                    .isEqualTo(200);
            assertThat(api.post(pause, "", "Origin", "https://c.example", "X-Forwarded-Host", "c.example", OWN, "1")
                            .status())
                    .isEqualTo(200);
            // No browser at all.
            assertThat(api.post(pause, "").status()).isEqualTo(200);
        }
    }

    @Test
    void everyChangeIsWrittenDownWhicheverWayItCame() throws Exception {
        ListAppender<ILoggingEvent> written = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Audit.LOGGER);
        written.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(written);
        try (Chaski chaski = Chaski.start();
                ApiClient api = new ApiClient(chaski.httpAddress())) {
            api.post("/v1/topics", "{\"topic\":\"orders\",\"channel\":\"billing\"}", "X-Forwarded-User", "ada");
            api.post("/v1/topics/orders/messages", "a secret body");
            api.post("/v1/topics/nothing/empty", "", "X-Forwarded-User", "a da\" outcome=OK");
            api.post("/v1/topics/orders/pause", "", "Origin", "https://evil.example");
            api.ask("POST", "/channel/pause?topic=orders&channel=billing", "", "X-Forwarded-User", "grace");
            api.ask("POST", "/topic/delete?topic=missing", "");
            api.ask("PUT", "/config/log_level", "info");
            api.ask("PUT", "/config/max_msg_size", "7");
        } finally {
            logger.detachAppender(written);
            logger.setLevel(null);
        }
        List<String> lines = written.list.stream()
                .map(event -> event.getFormattedMessage().replaceAll("remote=127.0.0.1:[0-9]+", "remote=here"))
                .toList();
        assertThat(lines)
                .containsExactly(
                        "audit action=channel.create outcome=OK user=ada remote=here topic=orders channel=billing"
                                + " node=all",
                        "audit action=message.publish outcome=OK user=- remote=here topic=orders channel=- node=self",
                        "audit action=topic.empty outcome=TOPIC_NOT_FOUND user=a_da__outcome_OK remote=here"
                                + " topic=nothing channel=- node=all",
                        "audit action=topic.pause outcome=CROSS_SITE user=- remote=here topic=orders channel=- node=all",
                        "audit action=channel.pause outcome=OK user=grace remote=here topic=orders channel=billing"
                                + " node=self",
                        "audit action=topic.delete outcome=TOPIC_NOT_FOUND user=- remote=here topic=missing channel=-"
                                + " node=self",
                        "audit action=config.log_level outcome=OK user=- remote=here topic=- channel=- node=self",
                        "audit action=config.max_msg_size outcome=INVALID_OPTION user=- remote=here topic=- channel=-"
                                + " node=self");
    }
}
