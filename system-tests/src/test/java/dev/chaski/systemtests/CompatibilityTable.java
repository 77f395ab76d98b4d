package dev.chaski.systemtests;

import java.util.ArrayList;
import java.util.List;

/** Requests, and how ours is to differ from nsqd where it does; everywhere else the answers must be equal. */
final class CompatibilityTable {
    /** How long a connection may be quiet before it counts as open. */
    static final int QUIET_MS = 150;
    /** The same, once more, where the answers differ: one of the two may just have been slow. */
    static final int LONG_QUIET_MS = 3_000;

    static final List<Case> TCP = new ArrayList<>();
    static final List<Case> HTTP = new ArrayList<>();

    private CompatibilityTable() {}

    /**
     * One request.
     *
     * @param ours what ours answers, null where it is what nsqd answers
     * @param nsqd what nsqd answers, null likewise
     */
    record Case(String request, String ours, String nsqd) {
        @Override
        public String toString() {
            return request.replace("\n", "\\n").replace("\0", "\\0").replaceAll("(.{90}).*", "$1…");
        }
    }

    private static void same(String commands) {
        TCP.add(new Case("  V2" + commands, null, null));
    }

    private static void differs(String commands, String ours, String nsqd) {
        TCP.add(new Case("  V2" + commands, ours, nsqd));
    }

    private static void sameHttp(String request) {
        HTTP.add(new Case(request, null, null));
    }

    /** Bytes of a size field, as Latin-1. */
    private static String size(int size) {
        return "" + (char) (size >>> 24 & 0xFF) + (char) (size >>> 16 & 0xFF) + (char) (size >>> 8 & 0xFF)
                + (char) (size & 0xFF);
    }

    private static String sized(String body) {
        return size(body.length()) + body;
    }

    private static String identify(String json) {
        return "IDENTIFY\n" + sized(json);
    }

    static {
        TCP.add(new Case("  V1\n", null, null));
        TCP.add(new Case("GET / HTTP/1.1\r\n\r\n", null, null));
        same("X\n");
        same("\n");
        same(" \n");
        same("nop\n");
        same("NOP\n");
        same("NOP with arguments\r\n");
        publishing();
        subscribing();
        identifying();
        http();
    }

    private static void publishing() {
        same("PUB\n");
        same("PUB compat\n" + sized("x"));
        same("PUB compat\r\n" + sized("x"));
        same("PUB compat more arguments\n" + sized("x"));
        same("PUB bad*topic\n" + sized("x"));
        same("PUB  \n" + sized("x"));
        same("PUB #ephemeral\n" + sized("x"));
        same("PUB " + "t".repeat(65) + "\n" + sized("x"));
        same("PUB " + "t".repeat(64) + "\n" + sized("x"));
        same("PUB " + "t".repeat(54) + "#ephemeral\n" + sized("x"));
        same("PUB " + "t".repeat(55) + "#ephemeral\n" + sized("x"));
        same("PUB compat\n" + size(0));
        same("PUB compat\n" + size(-1));
        same("PUB compat\n" + size((1 << 20) + 1));
        same("DPUB compat\n" + sized("x"));
        same("DPUB compat 100\n" + sized("x"));
        same("DPUB compat soon\n" + sized("x"));
        same("DPUB compat -1\n" + sized("x"));
        same("DPUB compat 3600000\n" + sized("x"));
        same("DPUB compat 3600001\n" + sized("x"));
        same("DPUB bad*topic 1\n" + sized("x"));
        same("MPUB\n");
        same("MPUB compat\n" + sized(size(2) + sized("a") + sized("b")));
        same("MPUB compat\n" + sized(size(0)));
        same("MPUB compat\n" + sized(size(1) + size(0)));
        same("MPUB compat\n" + size(0));
        same("MPUB compat\n" + size(-3));
        same("MPUB compat\n" + size((5 << 20) + 1));
        // nsqd reads on beyond the body and takes what follows for messages.
        String contradiction = "error E_BAD_BODY MPUB body size 9 does not match its messages\nclosed";
        differs("MPUB compat\n" + sized(size(1000) + sized("a")), contradiction, "open");
        differs("MPUB compat\n" + sized(size(1) + size(5000) + "a"), contradiction, "open");
        differs(
                "MPUB bad*topic\n" + sized(size(1) + sized("a")),
                "error E_BAD_TOPIC MPUB topic name \"bad*topic\" is not valid\nclosed",
                "error E_BAD_TOPIC E_BAD_TOPIC MPUB topic name \"bad*topic\" is not valid\nclosed");
    }

    private static void subscribing() {
        same("SUB\n");
        same("SUB compat\n");
        same("SUB compat c#ephemeral\nCLS\n");
        same("SUB bad*topic c\n");
        same("SUB quiet bad*channel\n");
        same("SUB quiet c\nSUB quiet c\n");
        same("SUB quiet c\nRDY 2501\n");
        same("SUB quiet c\nRDY -1\n");
        same("SUB quiet c\nRDY many\n");
        same("SUB quiet c\nRDY 0\n");
        same("SUB quiet c\nRDY\n");
        same("SUB quiet c\nCLS\nCLS\n");
        same("SUB quiet c\nCLS\nRDY 1\n");
        same("SUB quiet c\nFIN\n");
        same("SUB quiet c\nFIN short\n");
        same("SUB quiet c\nFIN 0000000000000001\n");
        same("SUB quiet c\nREQ\n");
        same("SUB quiet c\nREQ 0000000000000001\n");
        same("SUB quiet c\nREQ 0000000000000001 0\n");
        same("SUB quiet c\nREQ 0000000000000001 later\n");
        same("SUB quiet c\nREQ 0000000000000001 99999999\n");
        same("SUB quiet c\nREQ 0000000000000001 -1\n");
        same("SUB quiet c\nTOUCH 0000000000000001\n");
        same("SUB quiet c\nTOUCH 0000000000000001\nFIN 0000000000000002\n");
        same("SUB quiet c\nIDENTIFY\n" + sized("{}"));
        same("SUB quiet c\nPUB elsewhere\n" + sized("x"));
        same("SUB quiet c\nAUTH\n" + sized("secret"));
        same("RDY 1\n");
        same("FIN 0000000000000001\n");
        same("REQ 0000000000000001 0\n");
        same("TOUCH 0000000000000001\n");
        same("CLS\n");
        same("PUB served\n" + sized("m") + "SUB served c\nRDY 1\n");
    }

    private static void identifying() {
        same(identify("{}"));
        same(identify("{}") + identify("{}"));
        same(identify("{") + "NOP\n");
        same(identify("[]"));
        same(identify("null"));
        same(identify("{\"heartbeat_interval\":-1}") + "SUB quiet c\n");
        same(identify("{\"heartbeat_interval\":999}"));
        same(identify("{\"heartbeat_interval\":60001}"));
        same(identify("{\"heartbeat_interval\":1.5}"));
        same(identify("{\"output_buffer_size\":63}"));
        same(identify("{\"output_buffer_size\":65537}"));
        same(identify("{\"output_buffer_timeout\":24}"));
        same(identify("{\"output_buffer_timeout\":30001}"));
        same(identify("{\"sample_rate\":100}"));
        same(identify("{\"sample_rate\":-1}"));
        same(identify("{\"msg_timeout\":999}"));
        same(identify("{\"msg_timeout\":900001}"));
        same(identify("{\"snappy\":true,\"deflate\":true,\"feature_negotiation\":true}"));
        same(identify("{\"client_id\":7}"));
        same("IDENTIFY\n" + size(0));
        same("IDENTIFY\n" + size(-1));
        differs(
                "IDENTIFY\n" + size((5 << 20) + 1),
                "error E_BAD_BODY IDENTIFY body too big 5242881 > 65536\nclosed",
                "error E_BAD_BODY IDENTIFY body too big 5242881 > 5242880\nclosed");
        same("AUTH\n" + sized("secret"));
        same("AUTH too many\n" + sized("secret"));
    }

    private static void http() {
        sameHttp("GET /ping");
        sameHttp("POST /ping");
        sameHttp("GET /nowhere");
        sameHttp("GET /pub?topic=web");
        sameHttp("POST /pub x");
        sameHttp("POST /pub?topic=bad* x");
        sameHttp("POST /pub?topic=web");
        sameHttp("POST /pub?topic=bad*");
        sameHttp("POST /pub?topic=web x");
        sameHttp("POST /pub?topic=web&defer=100 x");
        sameHttp("POST /pub?topic=web&defer=soon x");
        sameHttp("POST /pub?topic=web&defer=-1 x");
        sameHttp("POST /pub?topic=web&defer=3600001 x");
        sameHttp("POST /mpub?topic=web a\nb\n\nc");
        sameHttp("POST /mpub?topic=web");
        sameHttp("POST /mpub a");
        sameHttp("POST /mpub?topic=web&binary=true " + size(1) + sized("x"));
        sameHttp("POST /mpub?topic=web&binary=true " + size(0));
        sameHttp("POST /mpub?topic=web&binary=true x");
        for (String command : List.of("create", "empty", "pause", "unpause", "delete")) {
            sameHttp("POST /topic/" + command);
            sameHttp("POST /topic/" + command + "?topic=missing-" + command);
            sameHttp("POST /channel/" + command);
            sameHttp("POST /channel/" + command + "?topic=missing-" + command);
            sameHttp("POST /channel/" + command + "?channel=c");
            sameHttp("POST /channel/" + command + "?topic=absent-" + command + "&channel=c");
            sameHttp("POST /channel/" + command + "?topic=web&channel=bad*");
            sameHttp("POST /channel/" + command + "?topic=bad*&channel=c");
            sameHttp("GET /topic/" + command + "?topic=web");
        }
        sameHttp("POST /topic/create?topic=bad*");
        sameHttp("GET /stats?format=json&topic=unknown&include_mem=false&include_clients=bad");
        sameHttp("GET /config/log_level");
        sameHttp("GET /config/nowhere");
        sameHttp("PUT /config/log_level loud");
        sameHttp("PUT /config/log_level");
        sameHttp("PUT /config/nsqlookupd_tcp_addresses nonsense");
        sameHttp("POST /config/log_level info");
    }
}
