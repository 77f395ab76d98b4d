package dev.chaski.server.nsq;

/** Which command does what. */
final class Commands {
    private Commands() {}

    /**
     * Executes a command whose line is there.
     *
     * @param lineBytes length of the line with its end: where a body begins, counted from the input's position
     * @return false where its body is not, or where it has to wait
     */
    static boolean execute(Connection client, Line line, int lineBytes) throws Refusal {
        Verb verb = line.verb();
        if (verb != Verb.IDENTIFY && client.negotiation().isTlsMissing()) {
            throw Refusal.invalid("cannot " + line.text(0) + " in current state (TLS required)");
        }
        if (verb == null) {
            throw Refusal.invalid("invalid command " + line.text(0));
        }
        return switch (verb) {
            case FIN -> client.consuming().finish(line, lineBytes);
            case RDY -> client.consuming().ready(line, lineBytes);
            case PUB -> client.publishing().pub(line, lineBytes);
            case MPUB -> client.publishing().mpub(line, lineBytes);
            case DPUB -> client.publishing().dpub(line, lineBytes);
            case REQ -> client.consuming().requeue(line, lineBytes);
            case TOUCH -> client.consuming().touch(line, lineBytes);
            case SUB -> client.consuming().subscribe(line, lineBytes);
            case CLS -> client.consuming().startClose(lineBytes);
            case NOP -> skip(client, lineBytes);
            case IDENTIFY -> client.negotiation().identify(lineBytes);
            case AUTH -> client.authorizing().auth(line, lineBytes);
        };
    }

    private static boolean skip(Connection client, int lineBytes) {
        client.input().consume(lineBytes);
        return true;
    }
}
