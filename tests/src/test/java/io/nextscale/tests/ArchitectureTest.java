package io.nextscale.tests;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The rules of docs/ARCHITECTURE.md on compiled classes; {@link SourceRulesTest} has the others.
 */
class ArchitectureTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.nextscale");

  private static final String[] MODELS = {
    "io.nextscale.var.transformer..",
    "io.nextscale.var.tokenizer..",
    "io.nextscale.var.mixer..",
    "io.nextscale.var.nn.."
  };

  @Test
  void modulesDependOnEachOtherInOneDirection() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("native")
        .definedBy("io.nextscale.libtorch..")
        .layer("bindings")
        .definedBy("io.nextscale.torch..")
        .layer("var-api")
        .definedBy("io.nextscale.var..")
        .layer("evaluate")
        .definedBy("io.nextscale.evaluate..")
        .layer("train")
        .definedBy("io.nextscale.train..")
        .layer("models")
        .definedBy("io.nextscale.models..")
        .layer("serve")
        .definedBy("io.nextscale.serve..")
        .layer("cli")
        .definedBy("io.nextscale.cli..")
        .layer("spark")
        .definedBy("io.nextscale.spark..")
        .whereLayer("native")
        .mayNotAccessAnyLayer()
        .whereLayer("bindings")
        .mayOnlyAccessLayers("native")
        .whereLayer("var-api")
        .mayOnlyAccessLayers("bindings")
        .whereLayer("evaluate")
        .mayOnlyAccessLayers("var-api", "bindings")
        .whereLayer("train")
        .mayOnlyAccessLayers("evaluate", "var-api", "bindings")
        .whereLayer("train")
        .mayOnlyBeAccessedByLayers("cli", "spark")
        .whereLayer("models")
        .mayOnlyAccessLayers("var-api", "bindings")
        .whereLayer("serve")
        .mayOnlyAccessLayers("var-api", "bindings")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("spark")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("io.nextscale.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /** Checks the packages that the module descriptor exports to every module. */
  @Test
  void exportedSignaturesShowPublicTypesOnly() throws IOException {
    String descriptor = Files.readString(ROOT.resolve("var-api/src/main/java/module-info.java"));
    Matcher export = Pattern.compile("exports ([\\w.]+);").matcher(descriptor);
    TreeSet<String> exported = new TreeSet<>();
    while (export.find()) {
      exported.add(export.group(1));
    }
    assertThat(exported).contains("io.nextscale.var", "io.nextscale.var.scale");
    TreeSet<String> hidden = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      if (exported.contains(type.getPackageName()) && isPublic(type)) {
        for (JavaCodeUnit unit : type.getCodeUnits()) {
          if (unit.getModifiers().contains(JavaModifier.PUBLIC)) {
            for (JavaClass shown : unit.getAllInvolvedRawTypes()) {
              boolean visible =
                  isPublic(shown)
                      && (!shown.getPackageName().startsWith("io.nextscale.var")
                          || exported.contains(shown.getPackageName()));
              if (!visible && !shown.isPrimitive()) {
                hidden.add(unit.getFullName() + " shows " + shown.getName());
              }
            }
          }
        }
      }
    }
    assertThat(hidden).isEmpty();
  }

  private static boolean isPublic(JavaClass type) {
    return type.getBaseComponentType().getModifiers().contains(JavaModifier.PUBLIC);
  }

  @Test
  void partsBelowTheModelsDoNotDependOnThem() {
    noClasses()
        .that()
        .resideInAnyPackage("io.nextscale.var.json..", "io.nextscale.var.image..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.nextscale.torch..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage("io.nextscale.var.scale..", "io.nextscale.var.nn..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.nextscale.var",
            "io.nextscale.var.generate..",
            "io.nextscale.var.model..",
            "io.nextscale.var.tokenizer..",
            "io.nextscale.var.transformer..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("io.nextscale.var.tokenizer..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.nextscale.var.transformer..", "io.nextscale.var.generate..", "io.nextscale.var")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("io.nextscale.var.transformer..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.nextscale.var.tokenizer..", "io.nextscale.var.generate..", "io.nextscale.var")
        .check(CLASSES);
  }

  /** Only the package inference decides how a model is executed. */
  @Test
  void modelsDoNotDependOnTheirExecution() {
    noClasses()
        .that()
        .resideInAnyPackage(MODELS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.nextscale.var.inference..", "io.nextscale.var.generate..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage(MODELS)
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.nextscale.torch..")
                .and(nameMatching(".*\\.(Parallel|OneDnn|InPlace|GradMode)(\\$.*)?")))
        .check(CLASSES);
    String[] networks = {
      "io.nextscale.var.transformer..", "io.nextscale.var.tokenizer..", "io.nextscale.var.raster.."
    };
    noClasses()
        .that()
        .resideInAnyPackage(networks)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.nextscale.torch.cpu..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage(networks)
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("io.nextscale.torch.Device$Type")
        .because("a network computes the same on every device; inference chooses how")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("io.nextscale.evaluate.inception.layer..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.nextscale.evaluate.inception", "io.nextscale.torch.cpu..")
        .check(CLASSES);
  }

  @Test
  void commandsDependOnOptionsAndOptionsOnOutput() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("main")
        .definedBy("io.nextscale.cli")
        .layer("command")
        .definedBy("io.nextscale.cli.command")
        .layer("option")
        .definedBy("io.nextscale.cli.option")
        .layer("output")
        .definedBy("io.nextscale.cli.output")
        .whereLayer("output")
        .mayNotAccessAnyLayer()
        .whereLayer("option")
        .mayOnlyAccessLayers("output")
        .whereLayer("command")
        .mayOnlyAccessLayers("option", "output")
        .check(CLASSES);
  }

  @Test
  void resizingDoesNotDependOnImages() {
    noClasses()
        .that()
        .resideInAPackage("io.nextscale.var.image.resize")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.nextscale.var.image")
        .check(CLASSES);
  }

  @Test
  void onlyTheBindingsUseGeneratedCalls() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.nextscale.torch", "io.nextscale.torch.abi", "io.nextscale.torch.cpu")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.nextscale.torch.abi")
        .check(CLASSES);
  }

  /** A module that is missing on the class path would pass, because layers are optional. */
  @Test
  void everyModuleIsChecked() {
    for (String module :
        List.of(
            "libtorch", "torch", "var", "evaluate", "train", "models", "serve", "cli", "spark")) {
      assertThat(CLASSES)
          .as(module)
          .anyMatch(type -> type.getPackageName().startsWith("io.nextscale." + module));
    }
  }

  @Test
  void namesHaveNoEmptySuffix() {
    noClasses()
        .should()
        .haveNameMatching(".*(Utils?|Helpers?|Manager|Impl)(\\$.*)?")
        .check(CLASSES);
  }

  @Test
  void librariesDoNotPrint() {
    noClasses()
        .that()
        // jextract's code prints its calls if a system property is set
        .resideOutsideOfPackages(
            "io.nextscale.cli..", "io.nextscale.spark.job..", "io.nextscale.torch.abi")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }
}
