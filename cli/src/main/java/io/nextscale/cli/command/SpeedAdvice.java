package io.nextscale.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Finds what makes this machine slower than it could be, and says what to do about it.
 *
 * @param environment environment variables
 * @param threads threads of an operator
 * @param processors processors that Java may use
 * @param capability instructions that libtorch's own kernels use, as it names them: {@code AVX2};
 *     empty if it does not say
 * @param instructions the processor's instructions, as Linux names them; empty if unknown
 * @param float32Kernels whether oneDNN computes linear layers in float32
 * @param bfloat16Kernels whether oneDNN computes linear layers in bfloat16
 * @param cacheKilobytes size of a core's second cache; 0 if unknown
 * @param load processes that run or wait, an average of the last minute; negative if unknown
 */
record SpeedAdvice(
    Map<String, String> environment,
    int threads,
    int processors,
    String capability,
    Set<String> instructions,
    boolean float32Kernels,
    boolean bfloat16Kernels,
    int cacheKilobytes,
    double load) {
  private static final List<String> AVX2 = List.of("avx2", "fma");
  private static final List<String> AVX512 = List.of("avx512f", "avx512vl", "avx512bw", "avx512dq");

  /** Returns a sentence for each thing that was found; none if all is well. */
  List<String> warnings() {
    List<String> found = new ArrayList<>();
    addThreads(found);
    addBlas(found);
    addOpenMp(found);
    addInstructions(found);
    if (load > processors + 0.5) {
      found.add(
          String.format(
              Locale.ROOT,
              "other programs use the processors (load %.1f on %d): threads wait for each other;"
                  + " measure on an idle machine, or give this program its part with --threads",
              load,
              processors));
    }
    return found;
  }

  private String value(String name) {
    return environment.getOrDefault(name, "").strip();
  }

  /** Formats the warning if a variable has a value. */
  private void addIfSet(List<String> found, String name, String effect) {
    if (!value(name).isEmpty()) {
      found.add("%s=%s: %s; unset it".formatted(name, value(name), effect));
    }
  }

  private void addThreads(List<String> found) {
    String remedy = "unset OMP_NUM_THREADS, or use --threads " + processors;
    if (threads > processors) {
      found.add(
          "%s threads on %s processors wait for each other: %s"
              .formatted(threads, processors, remedy));
    } else if (threads < processors && !value("OMP_NUM_THREADS").isEmpty()) {
      found.add(
          "OMP_NUM_THREADS=%s leaves processors idle, Java may use %s: %s"
              .formatted(value("OMP_NUM_THREADS"), processors, remedy));
    }
  }

  private void addBlas(List<String> found) {
    addIfSet(
        found,
        "OPENBLAS_CORETYPE",
        "OpenBLAS, which computes float32 attention, uses the kernels of that processor, not those"
            + " of this one");
    String cache = value("OPENBLAS_L2_SIZE");
    if (!cache.isEmpty() && !cache.equals(Integer.toString(cacheKilobytes))) {
      String own =
          cacheKilobytes == 0 ? "" : ", this processor has %s KB".formatted(cacheKilobytes);
      addIfSet(
          found, "OPENBLAS_L2_SIZE", "OpenBLAS cuts products for a cache of this size in KB" + own);
    }
    String blasThreads = value("OPENBLAS_NUM_THREADS");
    if (!blasThreads.isEmpty() && !blasThreads.equals("1")) {
      addIfSet(
          found,
          "OPENBLAS_NUM_THREADS",
          "OpenBLAS starts threads of its own, which compete with libtorch's");
    }
  }

  private void addOpenMp(List<String> found) {
    String bound = "OpenMP ties threads to processors, so that rows in parallel share one";
    if (!value("OMP_PROC_BIND").equalsIgnoreCase("false")) {
      addIfSet(found, "OMP_PROC_BIND", bound);
    }
    addIfSet(found, "OMP_PLACES", bound);
    addIfSet(found, "GOMP_CPU_AFFINITY", bound);
    addIfSet(
        found, "OMP_THREAD_LIMIT", "OpenMP starts no more threads than this, whatever is asked");
    if (value("OMP_DYNAMIC").equalsIgnoreCase("true")) {
      addIfSet(found, "OMP_DYNAMIC", "OpenMP uses fewer threads as it sees fit");
    }
    if (value("OMP_WAIT_POLICY").equalsIgnoreCase("active")) {
      addIfSet(
          found,
          "OMP_WAIT_POLICY",
          "idle threads keep their processors busy, which slows all work beside them");
    }
  }

  private void addInstructions(List<String> found) {
    addIfSet(found, "ATEN_CPU_CAPABILITY", "libtorch's kernels use these instructions only");
    addIfSet(found, "ONEDNN_MAX_CPU_ISA", "oneDNN uses these instructions only");
    addIfSet(found, "DNNL_MAX_CPU_ISA", "oneDNN uses these instructions only");
    addIfSet(found, "ONEDNN_VERBOSE", "oneDNN prints a line for each call");
    addIfSet(found, "DNNL_VERBOSE", "oneDNN prints a line for each call");
    if (instructions.contains("sse2") && !instructions.containsAll(AVX2)) {
      found.add(
          "this processor, or the type that a hypervisor shows, lacks AVX2 and FMA: images take"
              + " several times as long; choose a machine or a CPU type with them");
    } else if (!best().isEmpty() && !capability.startsWith(best()) && chosenByLibtorch()) {
      found.add(
          ("libtorch's kernels use \"%s\" though this processor has %s: it does not recognize the"
                  + " processor; use a newer libtorch, and let it read /proc/cpuinfo and /sys")
              .formatted(capability, best()));
    }
    if (!float32Kernels) {
      found.add(
          "this libtorch has no oneDNN for linear layers in float32: they go to BLAS, which is"
              + " slower; use the libtorch of org.bytedeco:pytorch");
    }
    if (!bfloat16Kernels) {
      found.add(
          "this processor has no instructions for bfloat16 (avx512_bf16, amx_bf16): --dtype bf16"
              + " saves memory here, not time; use --dtype f32");
    }
  }

  private boolean chosenByLibtorch() {
    return !capability.isEmpty() && value("ATEN_CPU_CAPABILITY").isEmpty();
  }

  /** The best instructions of this processor that libtorch has kernels for; empty if unknown. */
  private String best() {
    if (!instructions.containsAll(AVX2)) {
      return "";
    }
    return instructions.containsAll(AVX512) ? "AVX512" : "AVX2";
  }
}
