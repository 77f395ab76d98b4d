package dev.chaski.systemtests;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.chaski.log.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the code to the arrows of docs/architecture.md. The POMs say the same, but cannot see packages. */
class ArchitectureTest {
    /** Each module and the modules that it may see. */
    private static final Map<String, List<String>> ARROWS = Map.of(
            "wire", List.of(),
            "log", List.of("wire"),
            "engine", List.of("log", "wire"),
            "registry", List.of("wire"),
            "server", List.of("engine", "log", "registry", "wire"),
            "client", List.of("wire"),
            "testing", List.of("server", "client", "engine", "wire"),
            "bus", List.of("client", "registry", "wire"),
            "bench", List.of("wire"),
            "cli", List.of("server", "engine", "log", "registry", "bench", "client", "wire"));

    private static final String DOORS = "(nsq|http|lookup|mqtt|smq)";

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("dev.chaski");

    @TestFactory
    List<DynamicTest> aModuleSeesOnlyTheModulesBelowIt() {
        return ARROWS.entrySet().stream()
                .map(arrow ->
                        DynamicTest.dynamicTest(arrow.getKey(), () -> seesNothingBut(arrow.getKey(), arrow.getValue())))
                .toList();
    }

    private static void seesNothingBut(String module, List<String> allowed) {
        List<String> forbidden = new ArrayList<>();
        for (String other : ARROWS.keySet()) {
            if (!other.equals(module) && !allowed.contains(other)) {
                forbidden.add("dev.chaski." + other + "..");
            }
        }
        noClasses()
                .that()
                .resideInAPackage("dev.chaski." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden.toArray(String[]::new))
                .check(CODE);
    }

    @Test
    void theEngineAndTheLogNeverSeeASocket() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.chaski.log..", "dev.chaski.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "java.net..")
                .check(CODE);
    }

    @Test
    void doorsNeverKnowEachOther() {
        slices().matching("dev.chaski.server." + DOORS + "..")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true)
                .check(CODE);
    }

    /** Deliveries point into a {@link Region}: the one type of the log that a door sees. */
    @Test
    void doorsNeverTouchTheLogButForTheRegionOfADelivery() {
        noClasses()
                .that()
                .resideInAPackage("dev.chaski.server." + DOORS + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.chaski.log..").and(not(equivalentTo(Region.class))))
                .allowEmptyShould(true)
                .check(CODE);
    }

    @Test
    void busPluginsNeverKnowEachOther() {
        slices().matching("dev.chaski.bus.(*)..")
                .should()
                .notDependOnEachOther()
                .check(CODE);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.chaski.(**)").should().beFreeOfCycles().check(CODE);
    }
}
