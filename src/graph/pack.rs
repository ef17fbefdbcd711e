//! Pack files: what builds have written of documents, one file a build, never changed afterwards. Generations share them, so
//! that what did not change is not written again. One that no generation needs is the rest of a build that was broken off.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use fs_err as fs;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::segment::unpack;
use super::store::{StoreError, sync_folder};

/// The folder of the pack files in a store.
pub(super) const PACKS: &str = "packs";

/// Where some bytes stand, and what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blob {
    /// Number of the pack.
    pub(super) pack: u32,
    /// The first byte.
    pub(super) at: u64,
    /// How many bytes.
    pub(super) len: u32,
    /// SHA-256 of the bytes.
    pub(super) hash: [u8; 32],
}

/// The path of a pack file of the store at `dir`.
pub(super) fn path(dir: &Path, pack: u32) -> PathBuf {
    dir.join(PACKS).join(format!("{pack:08}.pack"))
}

/// The number of the pack file with a name.
pub(super) fn number(name: &str) -> Option<u32> {
    name.strip_suffix(".pack")?.parse().ok()
}

/// The pack files of a store, opened as they are needed. Can be read from several threads.
pub(super) struct Packs {
    dir: PathBuf,
    open: Mutex<BTreeMap<u32, fs::File>>,
}

impl Packs {
    /// Of the store at `dir`.
    pub(super) fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), open: Mutex::default() }
    }

    /// The bytes of `blob`, as they are in the file.
    ///
    /// # Errors
    ///
    /// When the file is missing or cut, and when the bytes are not the ones that were written.
    pub(super) fn raw(&self, blob: &Blob) -> Result<Vec<u8>, StoreError> {
        let path = path(&self.dir, blob.pack);
        let mut bytes = vec![0; blob.len as usize];
        let mut read = || -> io::Result<()> {
            let mut open = self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let file = match open.entry(blob.pack) {
                std::collections::btree_map::Entry::Occupied(file) => file.into_mut(),
                std::collections::btree_map::Entry::Vacant(place) => place.insert(fs::File::open(&path)?),
            };
            file.seek(SeekFrom::Start(blob.at))?;
            file.read_exact(&mut bytes)
        };
        read().map_err(|e| StoreError::damaged(&path, e))?;
        if Sha256::digest(&bytes)[..] != blob.hash {
            return Err(StoreError::damaged(&path, "its bytes are not the ones that were written"));
        }
        Ok(bytes)
    }

    /// The bytes of `blob`, unpacked.
    ///
    /// # Errors
    ///
    /// As [`Packs::raw`].
    pub(super) fn read(&self, blob: &Blob) -> Result<Vec<u8>, StoreError> {
        unpack(&self.raw(blob)?).map_err(|e| StoreError::damaged(&path(&self.dir, blob.pack), e))
    }
}

/// A pack file that is being written. Dropped before it is kept, it goes, and a full disk gets its room back.
pub(super) struct PackWriter {
    pub(super) number: u32,
    path: PathBuf,
    file: BufWriter<fs::File>,
    at: u64,
    kept: bool,
}

impl PackWriter {
    /// Begins the pack with a number in the store at `dir`.
    pub(super) fn create(dir: &Path, number: u32) -> io::Result<Self> {
        fs::create_dir_all(dir.join(PACKS))?;
        let path = path(dir, number);
        let file = BufWriter::with_capacity(1 << 18, fs::File::create(&path)?);
        Ok(Self { number, path, file, at: 0, kept: false })
    }

    /// Writes `bytes` behind what is there.
    pub(super) fn append(&mut self, bytes: &[u8]) -> io::Result<Blob> {
        self.file.write_all(bytes)?;
        let len = u32::try_from(bytes.len()).map_err(|_| io::Error::other("a document of more than 4 GB"))?;
        let blob = Blob { pack: self.number, at: self.at, len, hash: Sha256::digest(bytes).into() };
        self.at += u64::from(len);
        Ok(blob)
    }

    /// Lets what was written be read.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }

    /// Writes it out to the disk.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        self.path.parent().map_or(Ok(()), sync_folder)
    }

    /// Lets it stay when it is dropped, unless it is empty.
    pub(super) fn keep(&mut self) {
        self.kept = self.at > 0;
    }
}

impl Drop for PackWriter {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}
