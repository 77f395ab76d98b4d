package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The package for Debian, installed for real on a copy of this machine that has no Java: started as its unit says, used,
 * upgraded, removed, purged. The package is named by {@code -Dchaski.deb=FILE}; needs root.
 */
@Timeout(600)
class DebianPackageTest {
    private static final String HEALTH = Path.of(System.getProperty("chaski.root", ".."))
            .toAbsolutePath()
            .normalize()
            .resolve("deploy/docker/chaski-health")
            .toString();

    @TempDir
    Path folder;

    private String deb;

    @BeforeEach
    void findThePackage() {
        String given = System.getProperty("chaski.deb", "");
        Assumptions.assumeFalse(given.isEmpty(), "no package is named: -Dchaski.deb=FILE");
        Assumptions.assumeTrue(Commands.isInstalled("logrotate"), "there is no logrotate on this machine");
        deb = Path.of(System.getProperty("chaski.root", ".."))
                .resolve(given)
                .toAbsolutePath()
                .normalize()
                .toString();
        assertThat(Path.of(deb)).isRegularFile();
    }

    @Test
    void itRunsWithoutJavaKeepsMessagesAndEditsAndLeavesNothing() throws Exception {
        try (OverlaidRoot root = OverlaidRoot.make(Files.createDirectory(folder.resolve("mount")))) {
            root.shell("rm -rf /usr/lib/jvm /opt/java* /opt/jdk* /usr/bin/java /usr/bin/javac /usr/lib/chaski");
            assertThat(root.tryRun("sh", "-c", "command -v java").code()).isNotZero();
            Set<String> before = root.added();

            root.run("dpkg", "-i", deb);
            isInstalledAsDebianDoes(root);
            root.shell("echo 'audit_log = \"/var/log/chaski/audit.log\"' >>/etc/chaski/chaski.toml");
            Process broker = start(root);
            root.run("chaski", "topic", "create", "orders", "billing");
            root.run("chaski", "pub", "orders", "first", "second", "--quiet");
            assertThat(root.run("chaski", "sub", "orders", "billing", "--limit=1"))
                    .contains("first");
            rotatesTheAuditLog(root, broker);
            stop(root, broker);

            root.run("dpkg", "-i", deb);
            assertThat(root.shell("tail -n 1 /etc/chaski/chaski.toml")).startsWith("audit_log = ");
            broker = start(root);
            assertThat(root.run("chaski", "sub", "orders", "billing", "--limit=1"))
                    .contains("second");
            root.run("chaski", "pub", "orders", "third", "--quiet");
            stop(root, broker);

            root.run("dpkg", "--remove", "chaski");
            root.shell(
                    "test ! -e /usr/lib/chaski && test -e /etc/chaski/chaski.toml && test -e /var/lib/chaski/format");
            assertThat(root.run("dpkg", "--purge", "chaski")).contains("the messages stay in /var/lib/chaski");
            root.shell("test ! -e /etc/chaski && test ! -e /var/log/chaski && test -e /var/lib/chaski/format");

            root.run("dpkg", "-i", deb);
            broker = start(root);
            assertThat(root.run("chaski", "sub", "orders", "billing", "--limit=1"))
                    .contains("third");
            stop(root, broker);
            root.shell("echo 'chaski chaski/remove_messages boolean true' | debconf-set-selections");
            root.run("dpkg", "--purge", "chaski");
            leavesNothing(root, before);
        }
    }

    private static void isInstalledAsDebianDoes(OverlaidRoot root) throws Exception {
        assertThat(root.shell("stat -c '%a %U %G' /var/lib/chaski /var/log/chaski")
                        .lines())
                .containsOnly("750 chaski chaski");
        assertThat(root.shell("find /usr/lib/chaski ! -user root -o -perm /022 ! -type l"))
                .isEmpty();
        assertThat(root.run("getent", "passwd", "chaski")).endsWith("/nologin\n");
        root.shell("test -L /etc/systemd/system/multi-user.target.wants/chaski.service");
        root.shell("test -e /usr/share/man/man1/chaski-serve.1.gz");
        assertThat(root.run("chaski", "version")).startsWith("chaski ");
        // Nobody runs: without systemd nothing is started.
        assertThat(root.tryRun("pgrep", "-u", "chaski").code()).isNotZero();
    }

    private Process start(OverlaidRoot root) throws Exception {
        SystemdUnit unit = unit(root);
        Path log = Files.createTempFile(folder, "broker", ".log");
        Process broker = root.start(log, unit.startCommand());
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !broker.isAlive() || root.tryRun(HEALTH).code() == 0);
        assertThat(broker.isAlive())
                .as("the broker printed:\n%s", Files.readString(log))
                .isTrue();
        assertThat(root.shell("ps -o user= -p " + broker(root)).strip()).isEqualTo(unit.get("User"));
        assertThat(root.shell("readlink /proc/" + broker(root) + "/exe").strip())
                .isEqualTo("/usr/lib/chaski/runtime/bin/java");
        assertThat(root.shell("grep -c start.aot /proc/" + broker(root) + "/maps")
                        .strip())
                .as("mappings of the start-up cache")
                .isNotEqualTo("0");
        return broker;
    }

    private static SystemdUnit unit(OverlaidRoot root) throws IOException, InterruptedException {
        return SystemdUnit.parse(root.run("cat", "/lib/systemd/system/chaski.service"));
    }

    /** Its process, as those in there see it. */
    private static String broker(OverlaidRoot root) throws IOException, InterruptedException {
        return root.run("pgrep", "-u", "chaski", "-x", "java").strip();
    }

    private static void stop(OverlaidRoot root, Process broker) throws Exception {
        SystemdUnit unit = unit(root);
        root.run("kill", "-TERM", broker(root));
        assertThat(broker.waitFor(unit.seconds("TimeoutStopSec").toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(unit.isSuccess(broker.exitValue()))
                .as("exit code %d", broker.exitValue())
                .isTrue();
    }

    /** By the real logrotate, with a systemctl that does what the unit says. */
    private static void rotatesTheAuditLog(OverlaidRoot root, Process broker) throws Exception {
        assertThat(broker.isAlive()).isTrue();
        String reload = unit(root).get("ExecReload").replace("$MAINPID", broker(root));
        root.shell(
                "mkdir -p /run/systemd/system /usr/local/sbin; mv /usr/bin/systemctl /usr/bin/systemctl.real 2>/dev/null || true;"
                        + " printf '#!/bin/sh\\ncase $1 in reload) " + reload + " ;; esac\\n' >/usr/bin/systemctl;"
                        + " chmod 755 /usr/bin/systemctl; logrotate --force /etc/logrotate.d/chaski;"
                        + " rm -r /run/systemd /usr/bin/systemctl; mv /usr/bin/systemctl.real /usr/bin/systemctl 2>/dev/null || true");
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        root.tryRun("test", "-e", "/var/log/chaski/audit.log").code() == 0);
        root.run("chaski", "topic", "create", "after");
        assertThat(root.shell("cat /var/log/chaski/audit.log.1").lines()).hasSize(2);
        assertThat(root.shell("cat /var/log/chaski/audit.log"))
                .contains("topic=after")
                .hasLineCount(1);
        assertThat(root.shell("stat -c '%a %U' /var/log/chaski/audit.log").strip())
                .isEqualTo("640 chaski");
    }

    /** But for what dpkg, debconf, adduser, man and logrotate write down for themselves. */
    private static void leavesNothing(OverlaidRoot root, Set<String> before) throws Exception {
        assertThat(root.tryRun("getent", "passwd", "chaski").code()).isNotZero();
        assertThat(root.tryRun("getent", "group", "chaski").code()).isNotZero();
        Set<String> left = root.added();
        left.removeAll(before);
        // The service has one of its own, by PrivateTmp.
        left.removeIf(file -> file.startsWith("/tmp/"));
        assertThat(left)
                .allMatch(file -> file.matches("/(var/lib/dpkg|var/cache/(debconf|man)|var/lib/logrotate|var/log"
                        + "|etc/[a-z]*(passwd|shadow|group)-)(/.*)?"));
        assertThat(left).noneMatch(file -> file.contains("chaski"));
    }
}
