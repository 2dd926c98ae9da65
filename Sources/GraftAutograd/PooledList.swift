import GraftTensor

/// A growing list in plain memory of the pool: what a tape is written on.
///
/// Each operation adds to it and comes back for what it added. An array that is the property of a class would check for sharing and
/// for exclusive access each time; here the tape sees to it that nobody else uses the list.
struct PooledList<Element: ~Copyable>: ~Copyable {
  private struct Header {
    var elements: UnsafeMutablePointer<Element>
    var sizeClass: Int
    var capacity: Int
    var count = 0
  }

  // Neither property ever changes, so that nothing has to be checked before they are read.
  private let header: UnsafeMutablePointer<Header>
  private let headerClass: Int

  /// An empty list with room for at least one element.
  init(capacity: Int) {
    let (address, headerClass) = MemoryPool.shared.take(bytes: MemoryLayout<Header>.stride)
    header = address.bindMemory(to: Header.self, capacity: 1)
    self.headerClass = headerClass
    header.initialize(to: Self.room(for: capacity))
  }

  deinit {
    header.pointee.elements.deinitialize(count: header.pointee.count)
    MemoryPool.shared.give(header.pointee.elements, sizeClass: header.pointee.sizeClass)
    MemoryPool.shared.give(header, sizeClass: headerClass)
  }

  /// The number of elements.
  var count: Int { header.pointee.count }

  /// Adds an element at the end.
  func append(_ element: consuming Element) {
    if header.pointee.count == header.pointee.capacity { grow() }
    (header.pointee.elements + header.pointee.count).initialize(to: element)
    header.pointee.count += 1
  }

  /// Where one of the elements lies until the next one is added. Traps if there is none of that index.
  func place(_ index: Int) -> UnsafeMutablePointer<Element> {
    require(index >= 0 && index < header.pointee.count, "PooledList: there is no element \(index)")
    return header.pointee.elements + index
  }

  private func grow() {
    let old = header.pointee
    var new = Self.room(for: 2 * old.capacity)
    new.elements.moveInitialize(from: old.elements, count: old.count)
    new.count = old.count
    header.pointee = new
    MemoryPool.shared.give(old.elements, sizeClass: old.sizeClass)
  }

  private static func room(for capacity: Int) -> Header {
    let (address, sizeClass) = MemoryPool.shared.take(bytes: capacity * MemoryLayout<Element>.stride)
    let elements = address.bindMemory(to: Element.self, capacity: capacity)
    return Header(elements: elements, sizeClass: sizeClass, capacity: capacity)
  }
}
