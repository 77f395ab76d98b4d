package dev.chaski.server.http;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a JVM has for nsqd's profiles. Any thread but an event loop. */
final class DebugEndpoints {
    private static final String ROOT = "/debug/pprof/";
    private static final String INDEX = """
            /debug/pprof/

            This is a JVM. Here are:
            /debug/pprof/cmdline    the command line, its words separated by NUL
            /debug/pprof/goroutine  the platform threads and what they do
            /debug/pprof/heap       the memory pools and what is used of them

            Profiles are made by the JDK's own tool: jcmd\s""";

    void addTo(Router router) {
        addProfilesTo(router);
        router.add("POST", "/debug/freememory", text(DebugEndpoints::collect));
        router.add("PUT", "/debug/setblockrate", new Endpoint(Endpoint.Kind.BODYLESS, DebugEndpoints::blockRate));
    }

    /** What nsqlookupd has, too. */
    void addProfilesTo(Router router) {
        router.add(
                "GET",
                ROOT,
                text(() -> INDEX + ProcessHandle.current().pid() + " JFR.start duration=30s filename=chaski.jfr\n"));
        router.add("GET", ROOT + "cmdline", text(DebugEndpoints::commandLine));
        router.add("GET", ROOT + "goroutine", text(DebugEndpoints::threads));
        router.add("GET", ROOT + "heap", text(DebugEndpoints::heap));
    }

    private interface Words {
        String get();
    }

    private static Endpoint text(Words words) {
        return new Endpoint(
                Endpoint.Kind.BODYLESS,
                request -> Answer.text(200, "OK", words.get()).with("X-Content-Type-Options: nosniff"));
    }

    private static String commandLine() {
        ProcessHandle.Info info = ProcessHandle.current().info();
        String command = info.command().orElse("java");
        return command + "\0" + String.join("\0", info.arguments().orElseGet(DebugEndpoints::knownArguments));
    }

    /** The system tells no long command lines; the JVM knows its part of them, and the program. */
    private static String[] knownArguments() {
        List<String> words =
                new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
        words.add(System.getProperty("sun.java.command", ""));
        return words.toArray(String[]::new);
    }

    private static String threads() {
        ThreadInfo[] threads = ManagementFactory.getThreadMXBean().dumpAllThreads(false, false);
        StringBuilder text = new StringBuilder("thread dump: total " + threads.length + "\n");
        for (ThreadInfo thread : threads) {
            text.append("\n\"" + thread.getThreadName() + "\" " + thread.getThreadState() + "\n");
            for (StackTraceElement frame : thread.getStackTrace()) {
                text.append("    at " + frame + "\n");
            }
        }
        return text.toString();
    }

    private static String heap() {
        StringBuilder text =
                new StringBuilder("heap: " + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage());
        text.append("\nother: " + ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage() + "\n\n");
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            text.append(pool.getName() + ": " + pool.getUsage() + "\n");
        }
        return text.toString();
    }

    private static String collect() {
        System.gc();
        return "OK";
    }

    /** A rate is checked, and changes nothing: a JVM has none. */
    private static Answer blockRate(Request request) {
        String rate = request.query().isValid() ? request.query().get("rate") : null;
        if (!isNumber(rate)) {
            return Answer.text(400, "Bad Request", "invalid block rate : \"" + (rate == null ? "" : rate) + "\"");
        }
        return Answer.text(200, "OK", "OK");
    }

    private static boolean isNumber(@Nullable String text) {
        try {
            Integer.parseInt(text == null ? "" : text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
