package io.nextscale.var.checkpoint;

import static io.nextscale.var.checkpoint.PickleOpcode.*;

import io.nextscale.var.check.Shown;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a pickle of plain values and tensors without running code: a global is a name of {@link
 * PickleGlobal}, a call builds one of the few values that this package knows, and any other object
 * becomes a {@link PickleOpaque}, whose content is dropped.
 */
final class Unpickler {
  /** Longest integer in bytes: decimal digits of a much longer one take minutes to compute. */
  private static final int LONGEST_INTEGER = 1024;

  private static final int NUMBER_COST = 24;
  private static final int TUPLE_COST = 80;
  private static final int LIST_COST = 80;
  private static final int ITEM_COST = 72; // with the list of one that APPEND makes
  private static final int DICT_COST = 160;
  private static final int ENTRY_COST = 112; // with the list of two that SETITEM makes
  private static final int GLOBAL_COST = 320;
  private static final int OPAQUE_COST = 64;

  private final PickleInput in;
  private final PickleTensors tensors;
  private final PickleStack stack;
  private final HeapBudget heap;

  Unpickler(FileBytes file, MemorySegment pickle, PickleTensors tensors, HeapBudget heap) {
    this.in = new PickleInput(file, pickle);
    this.stack = new PickleStack(in::error, heap);
    this.heap = heap;
    this.tensors = tensors;
  }

  /** Reads the pickled value: a LinkedHashMap, ArrayList, PickleTuple, String, Number, Boolean … */
  Object read() {
    if (in.u8() != PROTO) {
      throw in.error("a pickle of protocol 2 to 5", "none");
    }
    protocol();
    for (int opcode = in.u8(); opcode != STOP; opcode = in.u8()) {
      step(opcode);
    }
    Object result = stack.pop();
    if (!stack.isEmpty()) {
      throw in.error("one value at the end", "several");
    }
    return result;
  }

  private void step(int opcode) {
    switch (opcode) {
      case PROTO -> protocol();
      case FRAME -> in.i64();
      case MARK -> stack.mark();
      case POP -> stack.pop();
      case POP_MARK -> stack.popToMark();
      case DUP -> stack.push(stack.top());
      case NONE -> stack.push(PickleTuple.NONE);
      case NEWTRUE -> stack.push(true);
      case NEWFALSE -> stack.push(false);
      case BININT -> number((long) (int) in.u32());
      case BININT1 -> number((long) in.u8());
      case BININT2 -> number((long) in.u16());
      case LONG1 -> integer(in.u8());
      case LONG4 -> integer(in.u32());
      case BINFLOAT -> number(Double.longBitsToDouble(Long.reverseBytes(in.i64())));
      case BINUNICODE -> text(in.u32());
      case SHORT_BINUNICODE -> text(in.u8());
      case BINUNICODE8 -> text(in.i64());
      case BINSTRING -> bytesOrText(in.u32());
      case SHORT_BINSTRING -> bytesOrText(in.u8());
      case BINBYTES -> bytes("bytes", in.u32());
      case SHORT_BINBYTES -> bytes("bytes", in.u8());
      case BINBYTES8 -> bytes("bytes", in.i64());
      case BYTEARRAY8 -> bytes("bytearray", in.i64());
      case EMPTY_TUPLE -> stack.push(PickleTuple.EMPTY);
      case TUPLE -> tuple(stack.popToMark());
      case TUPLE1 -> tuple(List.of(stack.pop()));
      case TUPLE2 -> {
        Object second = stack.pop();
        tuple(List.of(stack.pop(), second));
      }
      case TUPLE3 -> {
        Object third = stack.pop();
        Object second = stack.pop();
        tuple(List.of(stack.pop(), second, third));
      }
      case EMPTY_LIST -> {
        heap.charge(LIST_COST);
        stack.push(new ArrayList<>());
      }
      case APPEND -> append(List.of(stack.pop()));
      case APPENDS -> append(stack.popToMark());
      case EMPTY_DICT -> dict();
      case SETITEM -> {
        Object value = stack.pop();
        set(List.of(stack.pop(), value));
      }
      case SETITEMS -> set(stack.popToMark());
      case EMPTY_SET -> opaque("set");
      case ADDITEMS -> {
        stack.popToMark();
        stack.top(PickleOpaque.class, "a set to add to");
      }
      case FROZENSET -> {
        stack.popToMark();
        opaque("frozenset");
      }
      case BINPUT -> stack.memoize(in.u8());
      case LONG_BINPUT -> stack.memoize(in.u32());
      case MEMOIZE -> stack.memoize();
      case BINGET -> stack.recall(in.u8());
      case LONG_BINGET -> stack.recall(in.u32());
      case GLOBAL -> {
        heap.charge(GLOBAL_COST);
        global(in.line(), in.line());
      }
      case STACK_GLOBAL -> {
        String name = stack.pop(String.class, "the name of a global");
        global(stack.pop(String.class, "the module of a global"), name);
      }
      case REDUCE -> {
        PickleTuple arguments = stack.pop(PickleTuple.class, "a tuple of arguments");
        call(stack.pop(PickleGlobal.class, "something that may be called"), arguments);
      }
      case NEWOBJ -> {
        PickleTuple arguments = stack.pop(PickleTuple.class, "a tuple of arguments");
        instance(stack.pop(PickleGlobal.class, "a class"), arguments);
      }
      case NEWOBJ_EX -> {
        stack.pop();
        PickleTuple arguments = stack.pop(PickleTuple.class, "a tuple of arguments");
        instance(stack.pop(PickleGlobal.class, "a class"), arguments);
      }
      case BUILD -> {
        Object state = stack.pop();
        if (!(stack.top() instanceof PickleOpaque)) {
          stack.cast(state, Map.class, "attributes of an OrderedDict"); // _metadata, of no use here
          stack.top(Map.class, "an OrderedDict");
        }
      }
      case BINPERSID -> stack.push(tensors.persistent(stack, stack.pop()));
      default -> throw in.error("an opcode of protocols 2 to 5", String.format("0x%02x", opcode));
    }
  }

  private void protocol() {
    int protocol = in.u8();
    if (protocol < 2 || protocol > 5) {
      throw in.error("pickle protocol 2 to 5", Integer.toString(protocol));
    }
  }

  private void number(Number value) {
    heap.charge(NUMBER_COST);
    stack.push(value);
  }

  private void text(long length) {
    stack.push(in.text(length, heap));
  }

  private void tuple(List<Object> items) {
    heap.charge(TUPLE_COST);
    stack.push(new PickleTuple(items));
  }

  private void dict() {
    heap.charge(DICT_COST);
    stack.push(new LinkedHashMap<>());
  }

  private void integer(long length) {
    if (length > LONGEST_INTEGER) {
      throw in.error(
          "an integer of at most %s bytes".formatted(LONGEST_INTEGER), length + " bytes");
    }
    heap.charge(length <= Long.BYTES ? NUMBER_COST : 320 + 4L * length);
    stack.push(in.integer((int) length));
  }

  private void bytes(String kind, long length) {
    in.skip(length);
    opaque(kind);
  }

  private void bytesOrText(long length) {
    String text = in.textOrNull(length, heap);
    if (text == null) {
      opaque("bytes");
    } else {
      stack.push(text);
    }
  }

  private void opaque(String name) {
    heap.charge(OPAQUE_COST);
    stack.push(new PickleOpaque(name));
  }

  private void append(List<Object> items) {
    if (stack.top() instanceof PickleOpaque) {
      return;
    }
    @SuppressWarnings("unchecked")
    List<Object> list = stack.top(ArrayList.class, "a list to append to");
    heap.charge((long) ITEM_COST * items.size());
    list.addAll(items);
  }

  private void set(List<Object> keysAndValues) {
    if (stack.top() instanceof PickleOpaque) {
      return;
    }
    @SuppressWarnings("unchecked")
    Map<Object, Object> map = stack.top(LinkedHashMap.class, "a dict to fill");
    if (keysAndValues.size() % 2 != 0) {
      throw in.error("pairs of keys and values", "an odd number of values");
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      Object key = keysAndValues.get(i);
      boolean plain = key instanceof String || key instanceof Number || key instanceof Boolean;
      if (!plain) { // no name of a weight; and it might contain itself
        continue;
      }
      heap.charge(ENTRY_COST);
      if (map.put(key, keysAndValues.get(i + 1)) != null) {
        throw in.error("each key once", "twice " + Shown.name(key.toString()));
      }
    }
  }

  private void global(String module, String name) {
    stack.push(PickleGlobal.of(module, name));
  }

  /** Makes an object of a class, without its attributes. */
  private void instance(PickleGlobal type, PickleTuple arguments) {
    if (type == PickleGlobal.Function.ORDERED_DICT) {
      call(type, arguments);
    } else if (type instanceof PickleOpaque unknown) {
      opaque(unknown.name());
    } else {
      throw in.error("a class", "another global");
    }
  }

  private void call(PickleGlobal global, PickleTuple arguments) {
    if (global instanceof PickleOpaque unknown) {
      opaque(unknown.name());
      return;
    }
    PickleGlobal.Function function =
        stack.cast(global, PickleGlobal.Function.class, "something that may be called");
    switch (function) {
      case ORDERED_DICT -> {
        if (arguments.size() != 0) {
          throw in.error("OrderedDict()", "OrderedDict with arguments");
        }
        dict();
      }
      case SIZE -> {
        if (arguments.size() != 1) {
          throw in.error("torch.Size of one tuple", arguments.size() + " arguments");
        }
        stack.push(stack.cast(arguments.get(0), PickleTuple.class, "a tuple of sizes"));
      }
      case REBUILD_PARAMETER, REBUILD_PARAMETER_WITH_STATE ->
          stack.push(tensors.parameter(stack, arguments, function));
      case REBUILD_FROM_TYPE -> stack.push(tensors.ofType(stack, arguments));
      case REBUILD_TENSOR_WITHOUT_HOOKS, REBUILD_TENSOR, REBUILD_TENSOR_WITH_DTYPE ->
          stack.push(tensors.tensor(stack, arguments, function));
    }
  }

  /** Number of bytes of the pickle that was read. */
  long length() {
    return in.position();
  }
}
