import Foundation

extension ImageFolder {
  /// The image files in a folder that has a folder for each class.
  ///
  /// The names of these folders are the classes, sorted by their Unicode scalars as Python sorts them; what is deeper
  /// inside belongs to the class too. Image files are those that end in jpg, jpeg, png, ppm or pgm, in any case;
  /// others are passed over, and so is what begins with a dot. Files come class by class, sorted by path. A class or
  /// a file may be a symbolic link; links to folders inside a class are not followed.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - classNames: The classes in the order of their numbers, by default those that there are. Pass the training
  ///     folder's for another one, which may lack a class.
  ///   - decoding: How files become pixels. Default: upright, in RGB.
  ///   - brokenFiles: What becomes of a file that can't be decoded. Default: its error is thrown.
  /// - Throws: ``DataError`` if the folder can't be read, has no image files, or has a class that is not among
  ///   `classNames`.
  public init(
    contentsOf folder: URL, classNames: [String]? = nil, decoding: ImageDecoding = .rgb,
    brokenFiles: BrokenFiles = .stop
  ) throws {
    let found = try FolderListing.entries(of: folder).filter { FolderListing.isFolder($0) }
    let names = classNames ?? found.map(\.lastPathComponent)
    let numbers = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    var (files, labels): ([URL], [Int]) = ([], [])
    for classFolder in found {
      let members = try FolderListing.imageFiles(in: classFolder)
      guard let label = numbers[classFolder.lastPathComponent] else {
        if members.isEmpty { continue }
        throw DataError(
          .labelOutOfRange, file: classFolder.path, "the folder's name is not one of \(names.count) classes",
          advice: "Check that the class names belong to this folder")
      }
      files += members
      labels += Array(repeating: label, count: members.count)
    }
    guard !files.isEmpty else {
      throw DataError(
        .unreadable, file: folder.path, "there are no image files in folders of classes",
        advice: "Put the files (jpg, jpeg, png, ppm, pgm) of each class into a folder with its name")
    }
    try self.init(
      files: files, labels: labels, classNames: names, decoding: decoding, brokenFiles: brokenFiles)
  }
}

/// What is in folders, hidden files left out.
private enum FolderListing {
  /// Everything in a folder, sorted by name.
  static func entries(of folder: URL) throws(DataError) -> [URL] {
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      return names.filter { !$0.hasPrefix(".") }.sorted {
        $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
      }
      .map { folder.appending(path: $0) }
    } catch {
      throw DataError(
        .unreadable, file: folder.path, "the folder cannot be read (\(error.localizedDescription))",
        advice: "Check the path and the permissions")
    }
  }

  /// Whether it is a folder, or a link to one.
  static func isFolder(_ url: URL) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory)
      && isDirectory.boolValue
  }

  /// The image files in a folder and in the folders inside it, sorted by path.
  static func imageFiles(in folder: URL) throws(DataError) -> [URL] {
    var files: [URL] = []
    for entry in try entries(of: folder) {
      if !isFolder(entry) {
        if ImageFormat.hasExtension(entry.pathExtension) { files.append(entry) }
      } else if !isLink(entry) {
        // Links could lead in circles.
        files += try imageFiles(in: entry)
      }
    }
    return files
  }

  private static func isLink(_ url: URL) -> Bool {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: url.path)) != nil
  }
}
