package dev.chaski.server.http;

import dev.chaski.engine.BrokerException;
import dev.chaski.engine.PublishListener;
import org.jspecify.annotations.Nullable;

/** One request's answer to be, in its place among those of its connection. Confined to the connection's loop. */
final class Exchange implements PublishListener {
    private static final String CLOSE = "Connection: close\r\n";
    private static final String KEEP_ALIVE = "Connection: keep-alive\r\n";

    private final Answers answers;
    private boolean isHttp10;
    private boolean isHead;
    private boolean closes;
    private boolean isPublished;
    private int bodyBytes;
    private @Nullable Answer answer;

    Exchange(Answers answers) {
        this.answers = answers;
    }

    void reset(boolean http10, boolean head, boolean closing) {
        isHttp10 = http10;
        isHead = head;
        closes = closing;
        isPublished = false;
        bodyBytes = 0;
        answer = null;
    }

    void bodyBytes(int count) {
        bodyBytes = count;
    }

    int bodyBytes() {
        return bodyBytes;
    }

    boolean isDone() {
        return isPublished || answer != null;
    }

    /** Whether it is the answer that nearly all publishes get, which is kept encoded. */
    boolean isPlainOk() {
        return isPublished && !isHttp10 && !closes;
    }

    boolean isHttp10() {
        return isHttp10;
    }

    boolean isHead() {
        return isHead;
    }

    boolean closes() {
        return closes || answer != null && answer.closes();
    }

    void close() {
        closes = true;
    }

    Answer answer() {
        return answer == null ? Answer.nsqText("OK") : answer;
    }

    /** The header that says what becomes of the connection, or nothing. */
    String connectionHeader() {
        if (closes()) {
            return isHttp10 ? "" : CLOSE;
        }
        return isHttp10 ? KEEP_ALIVE : "";
    }

    void complete(Answer with) {
        answer = with;
        answers.settle();
    }

    @Override
    public void published(int publishes) {
        isPublished = true;
        answers.settle();
    }

    @Override
    public void refused(int publishes, BrokerException why) {
        complete(TopicEndpoints.refusal(why));
    }
}
