package io.nextscale.tests;

import io.nextscale.torch.Torch;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Requires that as many tensors are alive after a test as before it, and none after a class.
 * Registered for all tests in {@code META-INF/services}.
 */
public final class NothingIsLeft
    implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final Namespace NAMESPACE = Namespace.create(NothingIsLeft.class);

  /** Made by JUnit. */
  public NothingIsLeft() {}

  @Override
  public void beforeEach(ExtensionContext context) {
    context.getStore(NAMESPACE).put("alive", Torch.liveTensors());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    long before = context.getStore(NAMESPACE).get("alive", Long.class);
    require(context, before, "before");
  }

  @Override
  public void afterAll(ExtensionContext context) {
    require(context, 0, "at the end of its class");
  }

  private static void require(ExtensionContext context, long wanted, String when) {
    long alive = Torch.liveTensors();
    if (alive != wanted) {
      throw new AssertionError(
          "%s leaves %d tensors alive, expected %d as %s"
              .formatted(context.getDisplayName(), alive, wanted, when));
    }
  }
}
