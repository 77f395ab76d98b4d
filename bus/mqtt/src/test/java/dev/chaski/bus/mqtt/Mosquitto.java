package dev.chaski.bus.mqtt;

import dev.chaski.bus.contract.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The mosquitto on the PATH, on a free port of the loopback interface. */
final class Mosquitto {
    private Mosquitto() {}

    static ServerProcess start(Path folder, String... settings) throws IOException {
        String program = ServerProcess.program("mosquitto", "mosquitto");
        int port = ServerProcess.freePort();
        Path config = folder.resolve("mosquitto-" + port + ".conf");
        Files.writeString(
                config,
                "listener " + port + " 127.0.0.1\npersistence_location " + folder + "/\n" + userOfFiles()
                        + String.join("\n", settings) + "\n");
        return new ServerProcess(folder, port, List.of(program, "-c", config.toString()));
    }

    /** As root it would become the user mosquitto, whom a temporary folder is closed to. */
    private static String userOfFiles() {
        return "user " + System.getProperty("user.name") + "\n";
    }

    static Path passwords(Path folder, String user, String password) throws IOException, InterruptedException {
        Path file = folder.resolve("passwords");
        String program = ServerProcess.program("mosquitto_passwd", "mosquitto");
        Process process = new ProcessBuilder(program, "-c", "-b", file.toString(), user, password)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("passwd.log").toFile())
                .start();
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("no passwords: " + Files.readString(folder.resolve("passwd.log")));
        }
        return file;
    }
}
