package dev.chaski.server.nsq;

/** Executes a connection's commands in the order in which they come. Confined to the connection's loop. */
final class Executing {
    private static final int MAGIC = ' ' << 24 | ' ' << 16 | 'V' << 8 | '2';

    private final Connection client;
    private final Input input;
    private final ReadGate gate;
    private final Line line = new Line();
    private boolean hasMagic;
    private boolean isUnderWay;
    private String endOfInputError = "";

    Executing(Connection client) {
        this.client = client;
        input = client.input();
        gate = client.gate();
    }

    /** Whether the client has said which protocol it speaks. */
    boolean hasMagic() {
        return hasMagic;
    }

    /** Whether a command is being executed, further up the stack: what it writes goes out when all are done. */
    boolean isUnderWay() {
        return isUnderWay;
    }

    /** What the client is told where its input ends within the command that is being read. */
    void endOfInputError(String error) {
        endOfInputError = error;
    }

    /** What the client is to be told of the command in which its input ended, or empty. */
    String endOfInputError() {
        return endOfInputError;
    }

    /** Executes what was received, as far as it may be. */
    void execute() {
        if (isUnderWay) {
            return;
        }
        isUnderWay = true;
        try {
            while (gate.isExecuting() && input.isWorthALook() && next()) {
                endOfInputError = "";
            }
            input.trim();
        } catch (Refusal refusal) {
            client.fail(refusal.text());
        } catch (OutOfRoom none) {
            client.fail(OutOfRoom.TEXT);
        } finally {
            isUnderWay = false;
        }
        client.output().flush();
        client.closing().endInput();
    }

    /** Executes the next command. Returns false where it is not whole yet, or has to wait. */
    private boolean next() throws Refusal {
        if (!hasMagic) {
            return magic();
        }
        if (client.consuming().finishFast() || client.publishing().publishFast()) {
            return true;
        }
        if (!gate.isExecuting()) {
            return false;
        }
        int length = input.lineLength(Line.BYTES_MAX);
        if (length < 0) {
            if (input.available() >= Line.BYTES_MAX) {
                throw Refusal.invalid("command line is longer than " + Line.BYTES_MAX + " bytes");
            }
            return false;
        }
        int start = input.position();
        boolean hasReturn = length > 0 && input.bytes().get(start + length - 1) == '\r';
        line.parse(input.bytes(), start, start + length - (hasReturn ? 1 : 0));
        return Commands.execute(client, line, length + 1);
    }

    private boolean magic() throws Refusal {
        if (!input.require(Integer.BYTES)) {
            return false;
        }
        if (input.bytes().getInt(input.position()) != MAGIC) {
            client.fail("E_BAD_PROTOCOL");
            return false;
        }
        input.consume(Integer.BYTES);
        hasMagic = true;
        return true;
    }
}
