package dev.chaski.server.admin;

import dev.chaski.server.http.Request;

/** Which nodes a request is about: {@code ?node=}. Immutable. */
record Scope(Kind kind, String node) {
    enum Kind {
        /** This node and all that the lookups know. */
        ALL,
        /** This node. */
        SELF,
        /** One other node. */
        OTHER
    }

    private static final Scope EVERYWHERE = new Scope(Kind.ALL, "");
    private static final Scope HERE = new Scope(Kind.SELF, "");

    static Scope of(Request request, String self) throws ApiException {
        return of(Params.text(request, "node", "all"), self);
    }

    static Scope of(String node, String self) {
        if (node.isEmpty() || node.equals("all")) {
            return EVERYWHERE;
        }
        return node.equals("self") || node.equals(self) ? HERE : new Scope(Kind.OTHER, node);
    }

    boolean hasSelf() {
        return kind != Kind.OTHER;
    }

    /** How a node is named: host and HTTP port. */
    static String key(String host, int httpPort) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + httpPort;
    }
}
