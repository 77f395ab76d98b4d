package dev.chaski.server.health;

import dev.chaski.engine.Loop;
import dev.chaski.server.http.Answer;
import dev.chaski.server.http.Endpoint;
import dev.chaski.server.http.Endpoints;
import dev.chaski.server.http.Router;
import dev.chaski.server.stats.Stats;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code /health/live}: whether the process should go on, or be started again. {@code /health/ready}: whether clients
 * should be sent to it. 200 for yes and 503 for no, with the reason. Any thread but an event loop.
 */
public final class HealthEndpoints implements Endpoints {
    /** A loop that has not run anything for so long hangs. */
    private static final long LOOP_TIMEOUT_S = 5;

    private final Readiness readiness;
    private final Stats stats;
    private final List<Loop> loops;

    /**
     * Health of a broker.
     *
     * @param readiness how far it is
     * @param stats whether it can take messages
     * @param loops its event loops
     */
    public HealthEndpoints(Readiness readiness, Stats stats, List<Loop> loops) {
        this.readiness = readiness;
        this.stats = stats;
        this.loops = List.copyOf(loops);
    }

    @Override
    public void addTo(Router router) {
        router.add("GET", "/health/live", new Endpoint(Endpoint.Kind.BODYLESS, request -> answer(whyNotLive())));
        router.add("GET", "/health/ready", new Endpoint(Endpoint.Kind.BODYLESS, request -> answer(whyNotReady())));
    }

    private @Nullable String whyNotLive() throws InterruptedException {
        CountDownLatch answers = new CountDownLatch(loops.size());
        try {
            loops.forEach(loop -> loop.execute(answers::countDown));
        } catch (RejectedExecutionException e) {
            return "the event loops are closed";
        }
        return answers.await(LOOP_TIMEOUT_S, TimeUnit.SECONDS)
                ? null
                : answers.getCount() + " of " + loops.size() + " event loops do not answer";
    }

    private @Nullable String whyNotReady() {
        return switch (readiness.stage()) {
            case STARTING -> "starting";
            case DRAINING -> "draining";
            case SERVING -> {
                String health = stats.health();
                yield health.equals("OK") ? null : health;
            }
        };
    }

    private static Answer answer(@Nullable String whyNot) {
        if (whyNot == null) {
            return json(200, "OK", "{\"status\":\"UP\"}");
        }
        String reason = whyNot.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
        return json(503, "Service Unavailable", "{\"status\":\"DOWN\",\"reason\":\"" + reason + "\"}");
    }

    private static Answer json(int status, String reason, String text) {
        return Answer.of(status, reason, "application/json; charset=utf-8", text.getBytes(StandardCharsets.UTF_8))
                .with("Cache-Control: no-store");
    }
}
