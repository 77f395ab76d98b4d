package dev.chaski.registry.lookup;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** A lookupd on real sockets that knows one node, forgets it with its connection, and can misbehave. Any thread. */
final class FakeLookupd implements AutoCloseable {
    final Set<String> registered = new ConcurrentSkipListSet<>();
    final List<String> commands = new CopyOnWriteArrayList<>();
    final List<String> identities = new CopyOnWriteArrayList<>();
    volatile String identifyAnswer = "";
    volatile String registerAnswer = "OK";
    volatile String channelsAnswer = "{\"channels\":[]}";
    volatile int httpStatus = 200;
    volatile boolean isHttpSilent;

    private final ServerSocket tcp;
    private final ServerSocket http;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    FakeLookupd() throws IOException {
        this(0);
    }

    FakeLookupd(int port) throws IOException {
        tcp = new ServerSocket();
        tcp.setReuseAddress(true);
        tcp.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        http = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        accept(tcp, this::serveTcp);
        accept(http, this::serveHttp);
    }

    InetSocketAddress address() {
        return InetSocketAddress.createUnresolved("127.0.0.1", tcp.getLocalPort());
    }

    int httpPort() {
        return http.getLocalPort();
    }

    private interface Service {
        void serve(Socket socket) throws IOException;
    }

    private void accept(ServerSocket server, Service service) {
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    open.add(socket);
                    Thread.ofVirtual().start(() -> serve(socket, service));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private void serve(Socket socket, Service service) {
        try (socket) {
            service.serve(socket);
        } catch (IOException e) {
            // The other side left.
        } finally {
            open.remove(socket);
        }
    }

    private void serveTcp(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        if (!new String(in.readNBytes(4), StandardCharsets.US_ASCII).equals("  V1")) {
            return;
        }
        try {
            while (true) {
                String command = line(in);
                if (command == null) {
                    return;
                }
                commands.add(command);
                byte[] answer = answer(command, in).getBytes(StandardCharsets.UTF_8);
                out.writeInt(answer.length);
                out.write(answer);
            }
        } finally {
            registered.clear();
        }
    }

    private String answer(String command, DataInputStream in) throws IOException {
        if (command.equals("IDENTIFY")) {
            identities.add(new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
            return identifyAnswer.isEmpty()
                    ? "{\"tcp_port\":1,\"http_port\":" + httpPort() + ",\"broadcast_address\":\"no-such-host.invalid\"}"
                    : identifyAnswer;
        }
        if (command.startsWith("REGISTER ")) {
            registered.add(command.substring("REGISTER ".length()));
            return registerAnswer;
        }
        if (command.startsWith("UNREGISTER ")) {
            registered.remove(command.substring("UNREGISTER ".length()));
        }
        return "OK";
    }

    private void serveHttp(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        String request = line(in);
        while (request != null && !request.isBlank()) {
            commands.add("http " + request.trim());
            String header = line(in);
            while (header != null && !header.isBlank()) {
                header = line(in);
            }
            if (isHttpSilent) {
                in.read();
                return;
            }
            byte[] body = channelsAnswer.getBytes(StandardCharsets.UTF_8);
            String head = "HTTP/1.1 " + httpStatus + " X\r\nContent-Length: " + body.length + "\r\n\r\n";
            socket.getOutputStream().write((head + channelsAnswer).getBytes(StandardCharsets.UTF_8));
            request = line(in);
        }
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return null;
            }
            line.append((char) c);
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        tcp.close();
        http.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
