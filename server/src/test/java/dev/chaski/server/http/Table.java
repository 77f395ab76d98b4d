package dev.chaski.server.http;

import static dev.chaski.server.http.RawHttp.request;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What is asked and what has to be answered, each row on its own: held against our door and against a real nsqd. Topics
 * named {@code known}, with a channel {@code c}, exist.
 */
final class Table {
    private static final int MSG_BYTES_MAX = 1 << 20;
    private static final int BODY_BYTES_MAX = 5 << 20;
    private static final String NSQ = "\nx-nsq-content-type: nsq; version=1.0";
    private static final String OK_TEXT =
            "HTTP/1.1 200 OK%s\ncontent-length: %d\ncontent-type: text/plain; charset=utf-8\n%s";

    /** One row. {@code ourAnswer} is what we answer where we do not follow nsqd, with the reason. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Row(String name, byte[] request, String answer, String ourAnswer, String whyUnlike) {
        @Override
        public String toString() {
            return name;
        }
    }

    private final List<Row> rows = new ArrayList<>();

    static List<Row> rows() {
        Table table = new Table();
        table.publishes();
        table.batches();
        table.sizedBatches();
        table.topics();
        table.channels();
        table.settings();
        table.paths();
        table.debug();
        table.malformed();
        return Collections.unmodifiableList(table.rows);
    }

    static String ok(String text) {
        return OK_TEXT.formatted(NSQ, text.length(), text);
    }

    private static String plain(String text) {
        return OK_TEXT.formatted("", text.length(), text);
    }

    private static String json(String body) {
        return "HTTP/1.1 200 OK\ncontent-type: application/json; charset=utf-8" + NSQ + "\ncontent-length: "
                + body.length() + "\n" + body;
    }

    static String nothing() {
        return "HTTP/1.1 200 OK" + NSQ + "\ncontent-length: 0\n";
    }

    static String error(String status, String code, String... headers) {
        StringBuilder text = new StringBuilder("HTTP/1.1 " + status);
        List<String> before = new ArrayList<>(List.of(headers));
        boolean closes = before.remove("connection: close");
        before.forEach(header -> text.append("\n").append(header));
        String body = "{\"message\":\"" + code + "\"}";
        text.append("\ncontent-type: application/json; charset=utf-8" + NSQ + "\ncontent-length: " + body.length());
        return text + (closes ? "\nconnection: close" : "") + "\n" + body;
    }

    private static String bad(String code) {
        return error("400 Bad Request", code);
    }

    private static String tooLarge(String code, String... headers) {
        return error("413 Request Entity Too Large", code, headers);
    }

    private static String notAllowed(String allow) {
        return error("405 Method Not Allowed", "METHOD_NOT_ALLOWED", "allow: " + allow);
    }

    private static String missing(String code) {
        return error("404 Not Found", code);
    }

    private static String refusal(String status) {
        return "HTTP/1.1 " + status + "\ncontent-type: text/plain; charset=utf-8\nconnection: close\n" + status;
    }

    private void row(String name, byte[] request, String answer) {
        rows.add(new Row(name, request, answer, answer, ""));
    }

    private void unlike(String name, byte[] request, String theirs, String ours, String why) {
        rows.add(new Row(name, request, theirs, ours, why));
    }

    private void post(String uri, String body, String answer) {
        row(
                "POST " + uri + " " + (body.length() > 20 ? body.length() + " bytes" : body),
                request("POST", uri, body),
                answer);
    }

    private void get(String uri, String answer) {
        row("GET " + uri, request("GET", uri, ""), answer);
    }

    private void publishes() {
        post("/pub?topic=t", "hello", ok("OK"));
        post("/pub", "", bad("MSG_EMPTY"));
        post("/pub?topic=t", "", bad("MSG_EMPTY"));
        post("/pub", "x", bad("MISSING_ARG_TOPIC"));
        post("/pub?", "x", bad("MISSING_ARG_TOPIC"));
        post("/pub?&&x=1&topic=t", "x", ok("OK"));
        post("/pub?topic", "x", bad("INVALID_TOPIC"));
        post("/pub?topic=", "x", bad("INVALID_TOPIC"));
        post("/pub?topic=a%20b", "x", bad("INVALID_TOPIC"));
        post("/pub?topic=t+1", "x", bad("INVALID_TOPIC"));
        post("/pub?topic=" + "n".repeat(64), "x", ok("OK"));
        post("/pub?topic=" + "n".repeat(65), "x", bad("INVALID_TOPIC"));
        post("/pub?topic=t%23ephemeral", "x", ok("OK"));
        post("/pub?topic=%zz", "x", bad("INVALID_REQUEST"));
        post("/pub?topic=t&x=%z", "x", bad("INVALID_REQUEST"));
        post("/pub?topic=t&x=%", "x", bad("INVALID_REQUEST"));
        post("/pub?topic=t;x=1", "x", bad("INVALID_REQUEST"));
        post("/pub?topic=t&topic=a*b", "x", ok("OK"));
        post("/pub?topic=a*b&topic=t", "x", bad("INVALID_TOPIC"));
        post("/pub?%74opic=%74%31", "x", ok("OK"));
        post("/pub?topic=t&defer=1000", "x", ok("OK"));
        post("/pub?topic=t&defer=%2B5", "x", ok("OK"));
        post("/pub?topic=t&defer=3600000", "x", ok("OK"));
        for (String defer : List.of("3600001", "-1", "abc", "", "1.5", "9223372036854775808")) {
            post("/pub?topic=t&defer=" + defer, "x", bad("INVALID_DEFER"));
        }
        post("/pub?topic=t", "x".repeat(MSG_BYTES_MAX), ok("OK"));
        post("/pub?topic=t", "x".repeat(MSG_BYTES_MAX + 1), tooLarge("MSG_TOO_BIG", "connection: close"));
        post("/pub", "x".repeat(MSG_BYTES_MAX + 1), tooLarge("MSG_TOO_BIG", "connection: close"));
        row(
                "a body in chunks",
                bytes(
                        "POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"),
                ok("OK"));
        row(
                "only the length of too long a body",
                bytes("POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n"),
                tooLarge("MSG_TOO_BIG", "connection: close"));
        unlike(
                "too long a body in chunks",
                bytes("POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n"
                        + "x".repeat(MSG_BYTES_MAX + 1) + "\r\n0\r\n\r\n"),
                tooLarge("MSG_TOO_BIG"),
                tooLarge("MSG_TOO_BIG", "connection: close"),
                "what comes after too long a body is not read");
    }

    private void batches() {
        post("/mpub?topic=t", "a\nb\n\nc", ok("OK"));
        post("/mpub?topic=t", "", ok("OK"));
        post("/mpub?topic=t", "\n\n", ok("OK"));
        post("/mpub", "a", bad("MISSING_ARG_TOPIC"));
        post("/mpub?topic=a*", "a", bad("INVALID_TOPIC"));
        post("/mpub?topic=%zz", "a", bad("INVALID_REQUEST"));
        post("/mpub?topic=t", "x".repeat(MSG_BYTES_MAX) + "\n", ok("OK"));
        post("/mpub?topic=t", "x\n" + "x".repeat(MSG_BYTES_MAX + 1), tooLarge("MSG_TOO_BIG"));
        post("/mpub?topic=t", "x\n".repeat(BODY_BYTES_MAX / 2 + 1), tooLarge("BODY_TOO_BIG", "connection: close"));
        post("/mpub?topic=t&binary=false", "abc", ok("OK"));
        post("/mpub?topic=t&binary=0", "abc", ok("OK"));
    }

    private void sizedBatches() {
        sized("two messages", ok("OK"), 2, 1, 'a', 1, 'b');
        sized("what comes after the last message", ok("OK"), 1, 1, 'a', 'b', 'c');
        sized("no count", tooLarge("BAD_BODY"), 'a', 'b', 'c');
        sized("nothing", tooLarge("BAD_BODY"));
        sized("a count of 0", tooLarge("BAD_BODY"), 0);
        sized("a count below 0", tooLarge("BAD_BODY"), -1);
        sized("a count that no body can hold", tooLarge("BAD_BODY"), 10_000_000);
        sized("a size of 0", tooLarge("BAD_MESSAGE"), 1, 0);
        sized("a size below 0", tooLarge("BAD_MESSAGE"), 1, -5);
        sized("half a message", tooLarge("BAD_MESSAGE"), 1, 10, 'a');
        sized("half a size", tooLarge("BAD_MESSAGE"), 1, 'a');
        sized("fewer messages than counted", tooLarge("BAD_MESSAGE"), 2, 1, 'a');
        sized("a size beyond the limit", tooLarge("BAD_MESSAGE"), 1, MSG_BYTES_MAX + 1, 'a');
        byte[] one = sizedBody(1, 1, 'a');
        for (String value : List.of("", "1", "yes", "False")) {
            row("binary=" + value, request("POST", "/mpub?topic=t&binary=" + value, one), ok("OK"));
        }
        row("binary without a topic", request("POST", "/mpub?binary=true", one), bad("MISSING_ARG_TOPIC"));
    }

    private void sized(String name, String answer, Object... parts) {
        row("binary: " + name, request("POST", "/mpub?topic=t&binary=true", sizedBody(parts)), answer);
    }

    /** Integers as four bytes, characters as one. */
    static byte[] sizedBody(Object... parts) {
        ByteBuffer body = ByteBuffer.allocate(Integer.BYTES * parts.length);
        for (Object part : parts) {
            if (part instanceof Integer number) {
                body.putInt(number);
            } else {
                body.put((byte) (char) (Character) part);
            }
        }
        return java.util.Arrays.copyOf(body.array(), body.position());
    }

    private void topics() {
        for (String action : List.of("create", "delete", "empty", "pause", "unpause")) {
            String uri = "/topic/" + action;
            boolean checksName = action.equals("create") || action.equals("empty");
            post(uri, "", bad("MISSING_ARG_TOPIC"));
            post(uri + "?topic=%zz", "", bad("INVALID_REQUEST"));
            post(uri + "?topic=", "", checksName ? bad("INVALID_TOPIC") : missing("TOPIC_NOT_FOUND"));
            post(uri + "?topic=a*b", "", checksName ? bad("INVALID_TOPIC") : missing("TOPIC_NOT_FOUND"));
            post(
                    uri + "?topic=new-for-" + action,
                    "",
                    action.equals("create") ? nothing() : missing("TOPIC_NOT_FOUND"));
            get(uri + "?topic=known", notAllowed("OPTIONS, POST"));
        }
        for (String action : List.of("create", "empty", "pause", "pause", "unpause", "unpause")) {
            post("/topic/" + action + "?topic=known", "ignored", nothing());
        }
    }

    private void channels() {
        for (String action : List.of("create", "delete", "empty", "pause", "unpause")) {
            String uri = "/channel/" + action;
            post(uri, "", bad("MISSING_ARG_TOPIC"));
            post(uri + "?channel=c", "", bad("MISSING_ARG_TOPIC"));
            post(uri + "?topic=", "", bad("INVALID_ARG_TOPIC"));
            post(uri + "?topic=a*b&channel=c", "", bad("INVALID_ARG_TOPIC"));
            post(uri + "?topic=unknown", "", bad("MISSING_ARG_CHANNEL"));
            post(uri + "?topic=unknown&channel=", "", bad("INVALID_ARG_CHANNEL"));
            post(uri + "?topic=unknown&channel=a*b", "", bad("INVALID_ARG_CHANNEL"));
            post(uri + "?topic=unknown&channel=c", "", missing("TOPIC_NOT_FOUND"));
            if (!action.equals("create")) {
                post(uri + "?topic=known&channel=unknown", "", missing("CHANNEL_NOT_FOUND"));
            }
        }
        for (String action : List.of("create", "empty", "pause", "pause", "unpause")) {
            post("/channel/" + action + "?topic=known&channel=c", "", nothing());
        }
        post("/channel/create?topic=known&channel=d%23ephemeral", "", nothing());
        post("/channel/delete?topic=known&channel=d%23ephemeral", "", nothing());
    }

    private void settings() {
        get("/config/nsqlookupd_tcp_addresses", json("[]"));
        get("/config/log_level", json("2"));
        get("/config/max_msg_size", json("1048576"));
        get("/config/nope", bad("INVALID_OPTION"));
        get("/config/log-level", bad("INVALID_OPTION"));
        get("/config/", missing("NOT_FOUND"));
        get("/config", missing("NOT_FOUND"));
        get("/config/a/b", missing("NOT_FOUND"));
        row("config log level", request("PUT", "/config/log_level", "warn"), json("3"));
        row("config log level back", request("PUT", "/config/log_level", "INFO"), json("2"));
        row("config bad log level", request("PUT", "/config/log_level", "loud"), bad("INVALID_VALUE"));
        row("config quoted log level", request("PUT", "/config/log_level", "\"info\""), bad("INVALID_VALUE"));
        row("config nothing", request("PUT", "/config/log_level", ""), tooLarge("INVALID_VALUE"));
        row("config fixed option", request("PUT", "/config/max_msg_size", "1"), bad("INVALID_OPTION"));
        row("config no option", request("PUT", "/config/nope", "1"), bad("INVALID_OPTION"));
        row("config not a list", request("PUT", "/config/nsqlookupd_tcp_addresses", "nope"), bad("INVALID_VALUE"));
        post("/config/log_level", "x", notAllowed("GET, OPTIONS, PUT"));
    }

    private void paths() {
        get("/ping", plain("OK"));
        get("/%70ing", plain("OK"));
        get("/ping?a=%zz", plain("OK"));
        get("http://elsewhere/ping", plain("OK"));
        get("/", missing("NOT_FOUND"));
        get("/nope", missing("NOT_FOUND"));
        get("/v1/nope", missing("NOT_FOUND"));
        get("/pub", notAllowed("OPTIONS, POST"));
        get("/stats?topic=%zz", bad("INVALID_REQUEST"));
        post("/ping", "", notAllowed("GET, OPTIONS"));
        post("/nope", "abc", missing("NOT_FOUND"));
        post("/nope", "a".repeat(400_000), error("404 Not Found", "NOT_FOUND", "connection: close"));
        row("OPTIONS", request("OPTIONS", "/ping", ""), "HTTP/1.1 200 OK\nallow: GET, OPTIONS\ncontent-length: 0\n");
        row("OPTIONS *", request("OPTIONS", "*", ""), "HTTP/1.1 200 OK\ncontent-length: 0\n");
        row("a method in lower case", request("get", "/ping", ""), notAllowed("GET, OPTIONS"));
        row("an unknown method", request("FOO", "/pub", ""), notAllowed("OPTIONS, POST"));
        row("TRACE", request("TRACE", "/ping", ""), notAllowed("GET, OPTIONS"));
        row(
                "a slash too many in a POST",
                request("POST", "/pub/?topic=t", "a"),
                "HTTP/1.1 307 Temporary Redirect\nlocation: /pub?topic=t\ncontent-length: 0\n");
        for (String path : List.of("/ping/", "//ping", "/PING", "/a/../ping", "/./ping")) {
            get(
                    path,
                    "HTTP/1.1 301 Moved Permanently\ncontent-type: text/html; charset=utf-8\nlocation: /ping\ncontent-length: 40\n<a href=\"/ping\">Moved Permanently</a>.\n\n");
        }
    }

    private void debug() {
        get("/debug/pprof/nope", missing("NOT_FOUND"));
        get("/debug/freememory", notAllowed("OPTIONS, POST"));
        post("/debug/pprof/heap", "", notAllowed("GET, OPTIONS"));
        unlike(
                "freememory",
                request("POST", "/debug/freememory", ""),
                error("500 Internal Server Error", "INTERNAL_ERROR"),
                plain("OK").replace("\ncontent-length", "\nx-content-type-options: nosniff\ncontent-length"),
                "nsqd does it and answers an error");
        unlike(
                "setblockrate",
                request("PUT", "/debug/setblockrate?rate=1", ""),
                error("500 Internal Server Error", "INTERNAL_ERROR"),
                plain("OK"),
                "nsqd does it and answers an error");
    }

    private void malformed() {
        raw("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", refusal("400 Bad Request"));
        raw("GET /ping HTTP/1.1\r\n\r\n", refusal("400 Bad Request: missing required Host header"));
        raw("GET /ping HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", refusal("400 Bad Request"));
        raw("GET ping HTTP/1.1\r\nHost: x\r\n\r\n", refusal("400 Bad Request"));
        raw("\u0016\u0003\u0001\u0000\u0001\r\n\r\n", refusal("400 Bad Request"));
        raw("foo\r\n\r\n", refusal("400 Bad Request"));
        raw(
                "GET /ping HTTP/9.9\r\nHost: x\r\n\r\n",
                refusal("505 HTTP Version Not Supported: unsupported protocol version"));
        raw("GET /ping HTTP/1.1\r\nHost: x\r\nnocolon\r\n\r\n", refusal("400 Bad Request"));
        for (String length : List.of("abc", "-1", "+1", "1\r\nContent-Length: 2")) {
            raw(
                    "POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\nab",
                    refusal("400 Bad Request"));
        }
        raw("POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", ok("OK"));
        raw(
                "GET /ping HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(1_100_000) + "\r\n\r\n",
                refusal("431 Request Header Fields Too Large"));
        raw(
                "GET /ping?" + "a".repeat(1_100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                refusal("431 Request Header Fields Too Large"));
        raw(
                "POST /pub HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nContent-Length: 3\r\n\r\nabc",
                "HTTP/1.1 417 Expectation Failed\nconnection: close\n");
        unlike(
                "a length and chunks",
                bytes(
                        "POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"),
                ok("OK"),
                refusal("400 Bad Request"),
                "two lengths of one body are how requests are smuggled");
        unlike(
                "a header with a space",
                bytes("GET /ping HTTP/1.1\r\nHost: x\r\nfoo : x\r\n\r\n"),
                refusal("400 Bad Request: invalid header name"),
                refusal("400 Bad Request"),
                "the codec does not say which");
        unlike(
                "unknown transfer encoding",
                bytes("POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\na"),
                "HTTP/1.1 501 Not Implemented\ncontent-type: text/plain; charset=utf-8\nconnection: close\nUnsupported transfer encoding",
                refusal("400 Bad Request"),
                "the codec refuses it first");
        unlike(
                "lines without a carriage return",
                bytes("GET /ping HTTP/1.1\nHost: x\n\n"),
                plain("OK"),
                refusal("400 Bad Request"),
                "the codec is strict");
    }

    private void raw(String bytes, String answer) {
        String name = bytes.length() > 100 ? bytes.substring(0, 100) + "…" : bytes;
        row(name.replace("\r\n", "⏎").replace("\u0000", "0"), bytes(bytes), answer);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
