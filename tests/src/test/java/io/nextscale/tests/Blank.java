package io.nextscale.tests;

import java.io.InputStream;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Objects of any type with nothing in them: no constructor ran. */
final class Blank {
  private static final Map<Class<?>, Object> KNOWN =
      Map.of(
          String.class, "blank",
          List.class, List.of(),
          Set.class, Set.of(),
          Map.class, Map.of(),
          Optional.class, Optional.empty(),
          Path.class, Path.of("blank"),
          InputStream.class, InputStream.nullInputStream());

  private Blank() {}

  /** A blank object, 0, or the first constant of an enum. */
  static Object of(Class<?> type) throws ReflectiveOperationException {
    Object known = KNOWN.get(type);
    if (known != null) {
      return known;
    }
    if (type.isPrimitive()) {
      return Array.get(Array.newInstance(type, 1), 0);
    }
    if (type.isArray()) {
      return Array.newInstance(type.getComponentType(), 0);
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    if (type.isSealed()) {
      return of(type.getPermittedSubclasses()[0]);
    }
    if (type.isInterface()) {
      return Proxy.newProxyInstance(
          type.getClassLoader(),
          new Class<?>[] {type},
          (proxy, method, arguments) -> {
            throw new UnsupportedOperationException(method.getName());
          });
    }
    if (Modifier.isAbstract(type.getModifiers())) {
      throw new AssertionError("no blank object of the abstract " + type);
    }
    return withoutConstructor(type);
  }

  /** By reflection: a compiler warns of sun.misc.Unsafe and nothing can silence it. */
  private static Object withoutConstructor(Class<?> type) throws ReflectiveOperationException {
    Class<?> unsafe = Class.forName("sun.misc.Unsafe");
    Field instance = unsafe.getDeclaredField("theUnsafe");
    instance.setAccessible(true);
    Method allocate = unsafe.getMethod("allocateInstance", Class.class);
    return allocate.invoke(instance.get(null), type);
  }
}
