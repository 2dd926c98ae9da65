import Foundation

/// Writes a file that appears complete or not at all, whatever happens meanwhile.
///
/// The bytes go to a temporary file in the same folder; once they are on the disk it is renamed, and the folder is
/// written out as well. A reader sees the old file or the new one, never a part, even after a power failure.
struct AtomicFile {
  private let path: String
  private let descriptor: Int32

  /// Writes what `body` appends to the file, and puts it in the place of whatever was at `url`.
  ///
  /// Throws ``TensorFileError/Problem/unwritable(_:)`` if the system refuses, and what `body` throws; then the file at
  /// `url` is as before.
  static func create(at url: URL, _ body: (AtomicFile) throws -> Void) throws {
    let folder = url.deletingLastPathComponent().path
    // Short enough for any file system, whatever the name it stands in for.
    let temporary = "\(folder)/.graft-\(UUID().uuidString).partial"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    let file = AtomicFile(path: url.path, descriptor: descriptor)
    guard descriptor >= 0 else { throw file.unwritable() }
    do {
      defer { close(descriptor) }
      try body(file)
      try file.flush(descriptor)
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, url.path) == 0 else {
      let error = file.unwritable()
      unlink(temporary)
      throw error
    }
    let folderDescriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard folderDescriptor >= 0 else { throw file.unwritable() }
    defer { close(folderDescriptor) }
    try file.flush(folderDescriptor)
  }

  /// Appends bytes.
  func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while let address = rest.baseAddress, !rest.isEmpty {
      // Some systems refuse more than 2 GiB at once.
      let written = write(descriptor, address, min(rest.count, 1 << 30))
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw unwritable() }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
    }
  }

  /// Waits until the disk has everything.
  private func flush(_ descriptor: Int32) throws {
    #if canImport(Darwin)
      // fsync leaves the bytes in the drive's cache there. Some file systems only know fsync.
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
    #endif
    // EINVAL: a file system that has nothing to flush for a folder.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw unwritable() }
  }

  private func unwritable() -> TensorFileError {
    TensorFileError(file: path, .unwritable(String(cString: strerror(errno))))
  }
}
