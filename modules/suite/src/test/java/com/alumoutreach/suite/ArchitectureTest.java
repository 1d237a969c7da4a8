package com.alumoutreach.suite;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.micronaut.http.annotation.Controller;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The walls of the house: which module may know which. */
class ArchitectureTest {
    private static final List<String> SERVICES =
            List.of("contacts", "segments", "templates", "campaigns", "pipeline", "senders", "analytics");
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("com.alumoutreach");

    static List<String> services() {
        return SERVICES;
    }

    @ParameterizedTest
    @MethodSource("services")
    void servicesDependOnContractsAndBackboneAlone(String service) {
        noClasses()
                .that(resideInAPackage("com.alumoutreach." + service + ".."))
                .should()
                .dependOnClassesThat(resideInAPackage("com.alumoutreach..")
                        .and(DescribedPredicate.not(resideInAnyPackage(
                                "com.alumoutreach." + service + "..",
                                "com.alumoutreach.contracts..",
                                "com.alumoutreach.backbone.."))))
                .because("services talk by events, so that each can be deployed, and read, alone")
                .check(HOUSE);
    }

    @Test
    void contractsHaveNoFrameworkCode() {
        noClasses()
                .that(resideInAPackage("com.alumoutreach.contracts.."))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.micronaut..", "jakarta.inject..", "io.nats..", "java.sql.."))
                .because("anybody may read and write our events, whatever they build with")
                .check(HOUSE);
    }

    @Test
    void backboneAndContractsKnowNoService() {
        noClasses()
                .that(resideInAnyPackage("com.alumoutreach.contracts..", "com.alumoutreach.backbone.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(SERVICES.stream()
                        .map(name -> "com.alumoutreach." + name + "..")
                        .toArray(String[]::new)))
                .check(HOUSE);
    }

    @Test
    void noParameterOfARequestIsATruthValue() {
        noMethods()
                .that()
                .areDeclaredInClassesThat()
                .areAnnotatedWith(Controller.class)
                .and()
                .areNotPrivate()
                .should()
                .haveRawParameterTypes(DescribedPredicate.describe(
                        "with a boolean",
                        types -> types.stream()
                                .anyMatch(type ->
                                        type.isEquivalentTo(boolean.class) || type.isEquivalentTo(Boolean.class))))
                .because("Micronaut takes what it does not know for false; Flag refuses it")
                .check(HOUSE);
    }

    @Test
    void onlyTheSuiteStartsServers() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "com.alumoutreach.suite..",
                        "com.alumoutreach.embedded..",
                        "com.alumoutreach.backbone.testing..")
                .should()
                .dependOnClassesThat(resideInAPackage("com.alumoutreach.embedded.."))
                .check(HOUSE);
    }
}
