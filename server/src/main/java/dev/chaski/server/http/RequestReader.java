package dev.chaski.server.http;

import dev.chaski.server.http.Endpoint.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a connection's requests together, one after another, and has each carried out once it is whole. Confined to the
 * connection's loop.
 */
final class RequestReader {
    /** Bytes of a body that nobody reads for which a connection is kept. */
    private static final int IGNORED_BYTES_MAX = 256 << 10;
    /** Longest value of an option that is set, as far as messages may be so long. */
    private static final int SETTING_BYTES_MAX = 64 << 10;

    private static final String PUB = "/pub?";
    private static final byte[] NO_BYTES = {};

    private final HttpConnection connection;
    private final HttpDoor door;
    private final Answers answers;
    private final Publishing publishing;
    private @Nullable Exchange exchange;
    private @Nullable Endpoint endpoint;
    private @Nullable Answer instead;
    private Query query = new Query("", 0);
    private String argument = "";
    private Map<String, String> parameters = Map.of();
    /** Kept for endpoints that have a handler only. */
    private HttpHeaders headers = EmptyHttpHeaders.INSTANCE;

    private final PartialBody body;
    private long bodyBytes;

    RequestReader(HttpConnection connection) {
        this.connection = connection;
        door = connection.door();
        answers = connection.answers();
        publishing = new Publishing(connection);
        body = new PartialBody(connection.allocator(), door.bodyMemory());
    }

    /** Whether a request has begun and is not yet whole. */
    boolean isReading() {
        return exchange != null;
    }

    /** Bytes of the present request's body so far. */
    long bodyBytes() {
        return bodyBytes;
    }

    /**
     * Takes the next part, and releases it.
     *
     * @return false, and nothing is taken, while earlier requests have to be answered first
     */
    boolean take(HttpObject part) {
        if (part instanceof HttpRequest request) {
            return begin(request);
        }
        if (part instanceof HttpContent content) {
            try {
                more(content);
            } finally {
                content.release();
            }
        }
        return true;
    }

    void release() {
        exchange = null;
        body.release();
    }

    private boolean begin(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            if (!answers.isEmpty()) {
                return false;
            }
            refuse(
                    answers.exchange(false, false, true),
                    refusal(request.decoderResult().cause()));
            return true;
        }
        boolean expects = request.headers().contains(HttpHeaderNames.EXPECT);
        Router.Match match = match(request);
        boolean isPublish = match.endpoint() != null && match.endpoint().kind().isPublish() && !expects;
        if (!isPublish && !answers.isEmpty()) {
            return false;
        }
        boolean isHttp10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        Exchange next =
                answers.exchange(isHttp10, request.method().equals(HttpMethod.HEAD), !HttpUtil.isKeepAlive(request));
        exchange = next;
        bodyBytes = 0;
        Answer malformed = malformed(request);
        if (malformed != null) {
            refuse(next, malformed);
            return true;
        }
        endpoint = match.endpoint();
        instead = match.instead();
        argument = match.argument();
        parameters = match.parameters();
        boolean isHandled = endpoint != null && endpoint.handler() != null;
        headers = isHandled ? request.headers() : EmptyHttpHeaders.INSTANCE;
        int mark = request.uri().indexOf('?');
        query = new Query(request.uri(), mark < 0 ? request.uri().length() : mark + 1);
        long length = HttpUtil.isTransferEncodingChunked(request) ? -1 : HttpUtil.getContentLength(request, 0L);
        if (length > bodyBytesMax()) {
            tooMuch(next);
        } else if (expects && length != 0 && endpoint != null && endpoint.kind() != Kind.BODYLESS) {
            connection.output().goOn();
        }
        return true;
    }

    private Router.Match match(HttpRequest request) {
        Answer tlsOnly = door.tlsOnly();
        if (tlsOnly != null) {
            return new Router.Match(null, "", Map.of(), tlsOnly);
        }
        String uri = request.uri();
        Router.Match pub = door.pub();
        if (pub != null && uri.startsWith(PUB) && request.method().equals(HttpMethod.POST)) {
            return pub;
        }
        String path = path(uri);
        if (path == null) {
            return new Router.Match(null, "", Map.of(), Answer.refusal(400, "Bad Request"));
        }
        int mark = uri.indexOf('?');
        return door.router().match(request.method().name(), path, mark < 0 ? "" : uri.substring(mark));
    }

    /** The decoded path of a URI, or null where it is none. */
    private static @Nullable String path(String uri) {
        int mark = uri.indexOf('?');
        String path = mark < 0 ? uri : uri.substring(0, mark);
        if (path.startsWith("http://") || path.startsWith("https://")) {
            int slash = path.indexOf('/', path.indexOf("//") + 2);
            path = slash < 0 ? "/" : path.substring(slash);
        }
        if (!path.startsWith("/") && !path.equals("*")) {
            return null;
        }
        for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
            if (!Query.isEscape(path, i)) {
                return null;
            }
        }
        return Query.decode(path, false);
    }

    private static @Nullable Answer malformed(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        if (version.majorVersion() != 1) {
            return Answer.refusal(505, "HTTP Version Not Supported: unsupported protocol version");
        }
        HttpHeaders headers = request.headers();
        Iterator<? extends CharSequence> hosts = headers.valueCharSequenceIterator(HttpHeaderNames.HOST);
        if (!hosts.hasNext()) {
            return version.minorVersion() == 0
                    ? null
                    : Answer.refusal(400, "Bad Request: missing required Host header");
        }
        hosts.next();
        if (hosts.hasNext()) {
            return Answer.refusal(400, "Bad Request");
        }
        if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING) && !isInChunksOnly(headers)) {
            return Answer.refusal(400, "Bad Request");
        }
        String expected = headers.get(HttpHeaderNames.EXPECT);
        if (expected != null && !expected.equalsIgnoreCase("100-continue")) {
            return Answer.plain(417, "Expectation Failed", Answer.Type.NONE, "").closing();
        }
        return null;
    }

    /** Whatever else than exactly this two readers may understand in two ways, and find different requests. */
    private static boolean isInChunksOnly(HttpHeaders headers) {
        List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return encodings.size() == 1 && encodings.getFirst().equalsIgnoreCase("chunked");
    }

    private static Answer refusal(Throwable why) {
        return why instanceof TooLongFrameException
                ? Answer.refusal(431, "Request Header Fields Too Large")
                : Answer.refusal(400, "Bad Request");
    }

    private long bodyBytesMax() {
        return switch (endpoint == null ? Kind.BODYLESS : endpoint.kind()) {
            case MESSAGE, BODY -> door.limits().maxMsgSizeBytes();
            case SETTING -> Math.min(door.limits().maxMsgSizeBytes(), SETTING_BYTES_MAX);
            case MESSAGES -> door.limits().maxBodySizeBytes();
            case BODYLESS -> IGNORED_BYTES_MAX;
        };
    }

    /** A body beyond its limit is not read: what matters is answered, and the connection ends. */
    private void tooMuch(Exchange over) {
        Answer answer = switch (endpoint == null ? Kind.BODYLESS : endpoint.kind()) {
            case MESSAGE, BODY -> Answer.tooLarge("MSG_TOO_BIG");
            case MESSAGES -> Answer.tooLarge("BODY_TOO_BIG");
            case SETTING -> Answer.tooLarge("INVALID_VALUE");
            case BODYLESS -> null;
        };
        if (answer != null) {
            refuse(over, answer.closing());
            return;
        }
        over.close();
        release();
        connection.intake().abandonInput();
        carryOut(over, Unpooled.EMPTY_BUFFER);
    }

    private void refuse(Exchange over, Answer answer) {
        release();
        connection.intake().abandonInput();
        answers.await(over, 0);
        over.complete(answer);
    }

    private void more(HttpContent content) {
        Exchange current = exchange;
        if (current == null) {
            return;
        }
        if (content.decoderResult().isFailure()) {
            refuse(current, Answer.refusal(400, "Bad Request"));
            return;
        }
        ByteBuf bytes = content.content();
        bodyBytes += bytes.readableBytes();
        if (bodyBytes > bodyBytesMax()) {
            tooMuch(current);
            return;
        }
        boolean isLast = content instanceof LastHttpContent;
        if (isLast && body.isEmpty()) {
            exchange = null;
            carryOut(current, bytes);
            return;
        }
        if (endpoint != null && endpoint.kind() != Kind.BODYLESS && !body.add(bytes)) {
            refuse(
                    current,
                    Answer.error(503, "Service Unavailable", "NO_MEMORY").closing());
            return;
        }
        if (isLast) {
            ByteBuf whole = body.take();
            exchange = null;
            try {
                carryOut(current, whole);
            } finally {
                whole.release();
            }
        }
    }

    private void carryOut(Exchange whole, ByteBuf content) {
        if (whole.closes()) {
            connection.intake().ignoreInput();
        }
        answers.await(whole, content.readableBytes());
        Answer ready = instead;
        Endpoint asked = endpoint;
        if (ready != null) {
            whole.complete(ready);
        } else if (asked == null) {
            whole.complete(Answer.internalError());
        } else if (asked.handler() != null) {
            byte[] bytes = asked.kind() == Kind.BODYLESS ? NO_BYTES : ByteBufUtil.getBytes(content);
            Request.Head head = new Request.Head(
                    query, argument, parameters, headers, connection.channel().remoteAddress());
            headers = EmptyHttpHeaders.INSTANCE;
            connection.errands().answer(whole, asked.handler(), new Request(head, bytes));
        } else {
            publishing.publish(whole, asked.kind(), query, content);
        }
    }
}
