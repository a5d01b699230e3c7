package io.nextscale.var.checkpoint;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays seeds; searches for crashes if JAZZER_FUZZ=1 is set. */
class CheckpointFuzzTest {
  private static final byte[] PICKLE =
      PickleBytes.protocol(2).ops("}(").text("a").one().ops("u").stop();

  @MethodSource("files")
  @FuzzTest(maxDuration = "1m")
  void anyFile(byte[] file) {
    Attempt.read(file);
  }

  @MethodSource("pickles")
  @FuzzTest(maxDuration = "1m")
  void anyPickle(byte[] pickle) {
    Attempt.read(PthBytes.of(pickle, new byte[4]));
  }

  static Stream<byte[]> files() {
    return Stream.of(
        new byte[0],
        PICKLE,
        PthBytes.of(PICKLE, new byte[4]),
        SafetensorsReaderTest.file("{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}", 4));
  }

  static Stream<byte[]> pickles() {
    return Stream.of(PICKLE, PickleWriter.stateDict(Tensors.various(), ""));
  }
}
