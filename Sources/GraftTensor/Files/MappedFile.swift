import Foundation

#if _endian(big)
  #error(
    "Graft's tensor files are little-endian and are mapped as they are: a big-endian machine would misread them."
  )
#endif

/// A file's bytes, mapped into memory for reading as long as this object lives.
///
/// Whoever wants to replace the file while it is mapped has to write another one and rename it, as ``AtomicFile``
/// does; cutting a mapped file short makes the program crash when it touches the missing part.
final class MappedFile: Sendable {
  /// The path, for messages.
  let path: String

  /// The file's content.
  nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  /// Maps a regular file.
  ///
  /// Throws ``TensorFileError/Problem/unreadable(_:)`` if the system refuses.
  init(contentsOf url: URL) throws {
    path = url.path
    // Without O_NONBLOCK opening a pipe would wait for its other end.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.unreadable(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw TensorFileError(file: path, .unreadable("it is not a regular file"))
    }
    let count = Int(status.st_size)
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
      throw Self.unreadable(path)
    }
    bytes = UnsafeRawBufferPointer(start: address, count: count)
  }

  private static func unreadable(_ path: String) -> TensorFileError {
    TensorFileError(file: path, .unreadable(String(cString: strerror(errno))))
  }

  deinit {
    if let address = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: address), bytes.count) }
  }
}
