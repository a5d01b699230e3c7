package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Gives null in the place of each reference that public records, constructors, factories and
 * builders take. The other arguments are {@link Blank} objects, so null must be noticed before
 * anything is done with an argument.
 */
class NullArgumentsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  /** A message of ours names the argument; those of the JVM are sentences about calls. */
  private static final Pattern NAME = Pattern.compile("\\p{Alpha}[\\w -]*");

  /** Packages from which an application starts; the rest of the tools is called by them. */
  private static final Pattern ENTRY =
      Pattern.compile("io\\.nextscale\\.(var(\\..*)?|evaluate|train|serve)");

  private final TreeSet<String> wrong = new TreeSet<>();
  private int tried;

  @Test
  void recordsNameTheComponentThatIsNull() throws Exception {
    for (Class<?> type : publicTypes("var-api", "evaluate", "train", "serve")) {
      if (type.isRecord()) {
        RecordComponent[] components = type.getRecordComponents();
        Constructor<?> constructor =
            type.getDeclaredConstructor(
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new));
        List<String> names = Arrays.stream(components).map(RecordComponent::getName).toList();
        tryNulls(constructor, null, (index, message) -> message.equals(names.get(index)));
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(tried).as("references that were null").isGreaterThan(150);
  }

  /** Names of parameters are not in class files, so any name will do. */
  @Test
  void constructorsFactoriesAndBuildersNameTheArgument() throws Exception {
    BiPredicate<Integer, String> anyName = (index, message) -> NAME.matcher(message).matches();
    for (Class<?> type : publicTypes("var-api", "evaluate", "train", "serve")) {
      if (!ENTRY.matcher(type.getPackageName()).matches()) {
        continue;
      }
      if (!Modifier.isAbstract(type.getModifiers()) && !Throwable.class.isAssignableFrom(type)) {
        for (Constructor<?> constructor : type.getConstructors()) {
          tryNulls(constructor, null, anyName);
        }
      }
      boolean isBuilder = type.getSimpleName().equals("Builder");
      for (Method method : type.getDeclaredMethods()) {
        Class<?> result = method.getReturnType();
        boolean isFactory =
            Modifier.isStatic(method.getModifiers())
                && (result == type || result.getEnclosingClass() == type);
        if (Modifier.isPublic(method.getModifiers()) && (isFactory || isBuilder)) {
          tryNulls(method, isFactory ? null : Blank.of(type), anyName);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(tried).as("references that were null").isGreaterThan(150);
  }

  private void tryNulls(
      Executable call, @Nullable Object target, BiPredicate<Integer, String> expected)
      throws ReflectiveOperationException {
    Class<?>[] types = call.getParameterTypes();
    for (int i = 0; i < types.length; i++) {
      if (!types[i].isPrimitive()
          && !call.getAnnotatedParameterTypes()[i].isAnnotationPresent(Nullable.class)) {
        @Nullable Object[] given = new Object[types.length];
        for (int j = 0; j < given.length; j++) {
          given[j] = j == i ? null : Blank.of(types[j]);
        }
        tried++;
        String found = outcome(call, target, given);
        if (!expected.test(i, found)) {
          wrong.add("%s: null as argument %s: %s".formatted(call, i, found));
        }
      }
    }
  }

  /** The message of a NullPointerException; of anything else a text in brackets. */
  private static String outcome(Executable call, @Nullable Object target, @Nullable Object[] given)
      throws ReflectiveOperationException {
    call.setAccessible(true);
    try {
      if (call instanceof Constructor<?> constructor) {
        constructor.newInstance(given);
      } else {
        ((Method) call).invoke(target, given);
      }
      return "[accepted]";
    } catch (InvocationTargetException e) {
      boolean named =
          e.getCause() instanceof NullPointerException && e.getCause().getMessage() != null;
      return named ? e.getCause().getMessage() : "[%s]".formatted(e.getCause());
    }
  }

  /** The public types in the packages that modules show to everybody. */
  private static List<Class<?>> publicTypes(String... modules)
      throws IOException, ClassNotFoundException {
    TreeSet<String> packages = new TreeSet<>();
    for (String module : modules) {
      packages.addAll(packages(ROOT.resolve(module + "/src/main/java")));
    }
    List<Class<?>> types = new ArrayList<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(packages)) {
      if (packages.contains(type.getPackageName()) && isPublic(type)) {
        types.add(Class.forName(type.getName()));
      }
    }
    return types;
  }

  /** The exported packages of a module, or all if it has no descriptor. */
  private static Set<String> packages(Path sources) throws IOException {
    Path descriptor = sources.resolve("module-info.java");
    if (Files.exists(descriptor)) {
      return Pattern.compile("exports ([\\w.]+);")
          .matcher(Files.readString(descriptor))
          .results()
          .map(export -> export.group(1))
          .collect(Collectors.toSet());
    }
    try (Stream<Path> files = Files.walk(sources)) {
      return files
          .filter(file -> file.endsWith("package-info.java"))
          .map(file -> sources.relativize(file.getParent()).toString().replace('/', '.'))
          .collect(Collectors.toSet());
    }
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(NullArgumentsTest::isPublic).orElse(true);
  }
}
