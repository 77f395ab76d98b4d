package dev.chaski.cli;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A consumer with nothing but a socket. */
final class NsqReader {
    private static final int MESSAGE_FRAME = 2;
    private static final int FRAME_HEADER_BYTES = 4 + 8 + 2 + 16;

    private NsqReader() {}

    /** Takes and finishes so many messages; each as {@code attempts:body}. */
    static List<String> read(InetSocketAddress address, String topic, String channel, int count) throws IOException {
        List<String> got = new ArrayList<>();
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(20_000);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            send(out, "  V2SUB " + topic + " " + channel + "\nRDY 100\n");
            while (got.size() < count) {
                int size = in.readInt();
                int type = in.readInt();
                byte[] bytes = in.readNBytes(size - Integer.BYTES);
                if (type == MESSAGE_FRAME) {
                    int attempts = (bytes[8] & 0xFF) << 8 | bytes[9] & 0xFF;
                    String id = new String(bytes, 10, 16, StandardCharsets.US_ASCII);
                    int start = FRAME_HEADER_BYTES - Integer.BYTES;
                    got.add(attempts + ":" + new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8));
                    send(out, "FIN " + id + "\n");
                }
            }
            send(out, "CLS\n"); // answered after every FIN
            awaitClose(in);
        }
        return got;
    }

    private static void awaitClose(DataInputStream in) throws IOException {
        while (true) {
            byte[] frame = in.readNBytes(in.readInt());
            if (new String(frame, StandardCharsets.US_ASCII).endsWith("CLOSE_WAIT")) {
                return;
            }
        }
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
