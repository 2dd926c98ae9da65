/// A value that a pickle holds, as far as tensors and their names need it.
///
/// Containers are numbered, not nested: one may be in several places or in itself, and a chain of a million of them
/// costs no more to forget than a flat list.
enum PickleValue {
  case none
  case boolean(Bool)
  case integer(Int)
  case text(String)
  /// The place of an integer's bytes that has more than 64 bits.
  case largeInteger(Range<Int>)
  /// A function or class that is known, and stands for itself only.
  case global(PyTorchGlobal)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case storage(Int)
  case tensor(Int)
  /// Something harmless that no tensor needs: a number with a fraction, bytes, a set, a device.
  case inert
}

/// The containers, storages and tensors of one pickle; ``PickleValue`` counts them from 0.
struct PickleObjects {
  var tuples: [[PickleValue]] = []
  var lists: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [PyTorchStorage] = []
  var tensors: [PyTorchTensor] = []

  /// Bytes of pickle that they were read from; what is made of them has to stay in proportion.
  var byteCount = 0

  /// The elements of a tuple or list.
  func elements(of value: PickleValue) -> [PickleValue]? {
    switch value {
    case .tuple(let index): return tuples[index]
    case .list(let index): return lists[index]
    default: return nil
    }
  }

  /// The whole numbers, none negative, of a tuple or list of nothing else.
  ///
  /// At most as many as PyTorch has axes at most: a long list, remembered, could be copied for two bytes each time.
  func naturalNumbers(in value: PickleValue) -> [Int]? {
    guard let elements = elements(of: value), elements.count <= 64 else { return nil }
    let numbers = elements.compactMap(\.naturalNumber)
    return numbers.count == elements.count ? numbers : nil
  }
}

extension PickleValue {
  /// The whole number, if it is one and not negative.
  var naturalNumber: Int? {
    if case .integer(let number) = self, number >= 0 { return number }
    return nil
  }
}

/// Elements in memory that tensors view: what PyTorch calls a storage.
struct PyTorchStorage {
  /// Its name in the file.
  var key: String
  /// The type of the elements; `nil` if only their bytes are known.
  var type: PyTorchElementType?
  /// How many elements, or bytes, the storage of that name has.
  var count: Int
  /// The part of them that this one is, in elements; all if `nil`.
  var view: Range<Int>?

  /// How many bytes each of the counted elements takes.
  var stride: Int { type?.byteCount ?? 1 }
}

/// A tensor as a pickle describes it: nothing about it has been checked.
struct PyTorchTensor {
  /// The number of its storage.
  var storage: Int
  /// The type of the elements; `nil` if neither tensor nor storage has one.
  var type: PyTorchElementType?
  /// Where the first element lies in the storage, in elements.
  var offset: Int
  var shape: [Int]
  /// Elements between neighbours along each axis.
  var strides: [Int]
  /// Whether the elements mean something else than what is stored: their negatives, their conjugates.
  var isTransformed: Bool
}
