package dev.chaski.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.cli.doctor.Finding.Status;
import dev.chaski.server.config.HostName;
import dev.chaski.server.config.OptionException;
import dev.chaski.server.config.OptionReader;
import dev.chaski.server.config.Options;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is found on machines of many kinds, told by files that Linux would have there. */
@Timeout(60)
class DoctorChecksTest {
    @TempDir
    Path root;

    private SystemFiles system(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return new SystemFiles(root);
    }

    private static Options options(String... flags) throws OptionException {
        return new OptionReader(HostName.get()).read(List.of(flags), Map.of());
    }

    private static Finding only(List<Finding> findings) {
        assertThat(findings).hasSize(1);
        return findings.getFirst();
    }

    private Finding files(String hard, String... flags) throws Exception {
        return only(new LimitCheck(
                        system("proc/self/limits", "Limit  Soft  Hard\nMax open files   1024   " + hard + "   files\n"),
                        options(flags))
                .look());
    }

    @Test
    void openFilesAreCountedAgainstWhatABrokerNeeds() throws Exception {
        assertThat(files("512").status()).isEqualTo(Status.FAIL);
        assertThat(files("4096")).satisfies(finding -> {
            assertThat(finding.status()).isEqualTo(Status.WARN);
            assertThat(finding.text()).isEqualTo("4096 open files");
            assertThat(finding.advice()).contains("LimitNOFILE=65536");
        });
        assertThat(files("65536").status()).isEqualTo(Status.OK);
        assertThat(files("65536", "--max-connections=70000").status()).isEqualTo(Status.WARN);
        assertThat(files("unlimited").text()).isEqualTo("any number of open files");
    }

    @Test
    void fewMapsAreTold() throws Exception {
        assertThat(only(new LimitCheck(system("proc/sys/vm/max_map_count", "1000\n"), options()).look())
                        .advice())
                .contains("sysctl -w vm.max_map_count=");
    }

    @Test
    void theLeastLimitOfAllGroupsAboveCounts() throws Exception {
        system("proc/self/cgroup", "0::/user/broker\n");
        system("sys/fs/cgroup/user/broker/memory.max", "max\n");
        SystemFiles system = system("sys/fs/cgroup/user/memory.max", "268435456\n");
        Finding finding = only(new MemoryCheck(system).look(256L << 20, 512L << 20));
        assertThat(finding.status()).isEqualTo(Status.WARN);
        assertThat(finding.text()).contains("the limit of its group is 256.0 MiB");
        assertThat(only(new MemoryCheck(system).look(16L << 20, 16L << 20)).status())
                .isEqualTo(Status.OK);
    }

    @Test
    void aMachineWithLittleLeftIsTold() throws Exception {
        SystemFiles system = system("proc/meminfo", "MemTotal:  4000000 kB\nMemAvailable:  100000 kB\n");
        assertThat(only(new MemoryCheck(system).look(256L << 20, 0)).text()).contains("97.7 MiB are available");
    }

    @Test
    void theDeepestMountIsTheFoldersOwn() throws Exception {
        SystemFiles system = system("proc/self/mountinfo", """
                20 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw,errors=remount-ro
                30 20 8:2 / /var/lib rw - ext4 /dev/sdb1 rw,nobarrier
                31 20 0:5 / /var/library rw - tmpfs tmpfs rw
                32 30 0:6 / /var/lib/my\\040data ro - xfs /dev/sdc1 ro
                """);
        assertThat(DiskCheck.kind(Mounts.of(system, Path.of("/var/lib/chaski")), "?")
                        .advice())
                .contains("barriers");
        assertThat(DiskCheck.kind(Mounts.of(system, Path.of("/var/library/x")), "?")
                        .advice())
                .contains("in memory");
        assertThat(DiskCheck.kind(Mounts.of(system, Path.of("/var/lib/my data/x")), "?")
                        .status())
                .isEqualTo(Status.FAIL);
        assertThat(DiskCheck.kind(Mounts.of(system, Path.of("/home")), "?").status())
                .isEqualTo(Status.OK);
        assertThat(DiskCheck.kind(null, "ufs").text()).isEqualTo("file system ufs");
    }

    @Test
    void roomBelowTheLowWaterIsNone() throws Exception {
        DiskCheck check = new DiskCheck(new SystemFiles(root), root, options("--disk-low-water=1GiB"));
        assertThat(check.room(500L << 20, 10L << 30).status()).isEqualTo(Status.FAIL);
        assertThat(check.room(5L << 30, 10L << 30).status()).isEqualTo(Status.OK);
        DiskCheck usual = new DiskCheck(new SystemFiles(root), root, options());
        assertThat(usual.room(500L << 20, 10L << 30).status()).isEqualTo(Status.WARN);
    }

    @Test
    void theDiskIsTriedAndNothingIsLeft() throws Exception {
        Path missing = root.resolve("not/yet");
        List<Finding> findings = new DiskCheck(new SystemFiles(root), missing, options()).look();
        assertThat(findings).extracting(Finding::text).anyMatch(text -> text.startsWith("4 KiB are written in"));
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void whoHasAPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String flag = "--tcp-address=127.0.0.1:" + taken.getLocalPort();
            Options options = options(flag, "--http-address=127.0.0.1:0");
            long self = ProcessHandle.current().pid();
            PortOwners owners = new PortOwners(new SystemFiles(Path.of("/")));
            List<Finding> findings = new PortCheck(options, owners, OptionalLong.empty()).look();
            assertThat(findings.getFirst().status()).isEqualTo(Status.FAIL);
            assertThat(findings.getFirst().text()).startsWith(flag);
            if (Files.exists(Path.of("/proc/net/tcp"))) {
                assertThat(findings.getFirst().text()).startsWith(flag + " is taken by process " + self + " (");
                assertThat(new PortCheck(options, owners, OptionalLong.of(self))
                                .look()
                                .getFirst()
                                .status())
                        .isEqualTo(Status.OK);
            }
            assertThat(findings.get(1).text()).endsWith("takes any free port");
        }
    }

    @Test
    void anAddressOfAnotherMachineCannotBeListenedOn() throws Exception {
        PortOwners owners = new PortOwners(new SystemFiles(root));
        Options options = options("--tcp-address=192.0.2.1:4150", "--http-address=127.0.0.1:0");
        Finding finding =
                new PortCheck(options, owners, OptionalLong.empty()).look().getFirst();
        assertThat(finding.status()).isEqualTo(Status.FAIL);
    }

    @Test
    void foldersThatCannotBeServedFromAreTold() throws Exception {
        Path data = root.resolve("data");
        assertThat(only(new FolderCheck(data).look()).text()).endsWith("is made at the first start");
        Files.createDirectories(data);
        Files.writeString(data.resolve("format"), "chaski-log 99\n");
        assertThat(new FolderCheck(data).look().getFirst()).satisfies(finding -> {
            assertThat(finding.status()).isEqualTo(Status.FAIL);
            assertThat(finding.advice()).contains("newer version");
        });
        Files.writeString(data.resolve("format"), "something else\n");
        assertThat(new FolderCheck(data).look().getFirst().status()).isEqualTo(Status.FAIL);
        Files.delete(data.resolve("format"));
        Files.writeString(data.resolve("letter.txt"), "hello");
        assertThat(new FolderCheck(data).look().getFirst().status()).isEqualTo(Status.WARN);
        assertThat(only(new FolderCheck(data.resolve("letter.txt")).look()).text())
                .endsWith("is no folder");
    }

    @Test
    void aFileOfTheFutureTellsThatTheClockWasSetBack() throws Exception {
        Path changes = Files.createDirectories(root.resolve("changes"));
        Path file = Files.writeString(changes.resolve("1"), "x");
        Files.setLastModifiedTime(
                file, java.nio.file.attribute.FileTime.from(Instant.now().plusSeconds(3600)));
        assertThat(ClockCheck.look(root)).anyMatch(finding -> finding.text().contains("it was set back"));
    }

    @Test
    void whoDoesNotAnswerIsNamed() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        List<Finding> findings = new ReachCheck(options(
                        "--lookupd-tcp-address=127.0.0.1:" + port,
                        "--registry=etcd://127.0.0.1:" + port,
                        "--broadcast-address=127.0.0.1"))
                .look();
        assertThat(findings)
                .extracting(Finding::status)
                .containsOnly(Status.WARN)
                .hasSize(3);
        assertThat(findings.get(2).advice()).contains("--broadcast-address");
        assertThat(only(new ReachCheck(options()).look()).status()).isEqualTo(Status.OK);
    }

    @Test
    void aLookupIsKnownByItsAnswer() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                for (String answer : new String[] {"\0\0\0\2OK", "HTTP/1.1 400 Bad Request\r\n\r\n"}) {
                    try (var socket = server.accept()) {
                        socket.getInputStream().readNBytes("  V1PING\n".length());
                        socket.getOutputStream().write(answer.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            Options options = options("--lookupd-tcp-address=127.0.0.1:" + server.getLocalPort());
            List<String> told = new ArrayList<>();
            told.add(new ReachCheck(options).look().getFirst().text());
            told.add(new ReachCheck(options).look().getFirst().text());
            assertThat(told.getFirst()).endsWith(" answers");
            assertThat(told.getLast()).endsWith(" answers as no lookup does");
        }
    }

    @Test
    void certificatesThatCannotBeUsedAreTold() throws Exception {
        Path none = root.resolve("none.pem");
        Finding finding = only(CertificateCheck.look(options("--tls-cert=" + none, "--tls-key=" + none)));
        assertThat(finding.status()).isEqualTo(Status.FAIL);
        assertThat(finding.text()).contains("none.pem");
        assertThat(only(CertificateCheck.look(options())).status()).isEqualTo(Status.OK);
    }

    @Test
    void aCertificateIsRenewedInTime() throws Exception {
        Instant now = Instant.now();
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .notBefore(now.minusSeconds(60))
                .notAfter(now.plus(Duration.ofDays(10)))
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Path certificate = Files.writeString(root.resolve("cert.pem"), bundle.getCertificatePEM());
        Path key = Files.writeString(root.resolve("key.pem"), bundle.getPrivateKeyPEM());
        Finding finding = only(CertificateCheck.look(options("--tls-cert=" + certificate, "--tls-key=" + key)));
        assertThat(finding.status()).isEqualTo(Status.WARN);
        assertThat(finding.text()).contains("CN=localhost", "9 days more");
        assertThat(CertificateCheck.look(certificate, bundle.getCertificate(), now.plus(Duration.ofDays(11))))
                .satisfies(over -> assertThat(over.status()).isEqualTo(Status.FAIL))
                .satisfies(over -> assertThat(over.text()).endsWith("which is over"));
        assertThat(CertificateCheck.look(certificate, bundle.getCertificate(), now.minus(Duration.ofDays(1)))
                        .status())
                .isEqualTo(Status.FAIL);
    }
}
