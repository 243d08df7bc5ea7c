//! The syntax tree as instructions for the backtracking matcher.

use std::sync::Arc;

use super::assertion::Assertion;
use super::ast::Node;
use super::groups::Groups;
use super::set::UnitSet;

/// What one code unit must be.
#[derive(Debug, Clone)]
pub(super) enum Unit {
    Exactly(u16),
    In(Arc<UnitSet>),
}

impl Unit {
    #[inline]
    pub(super) fn matches(&self, unit: u16) -> bool {
        match self {
            Self::Exactly(expected) => *expected == unit,
            Self::In(set) => set.contains(unit),
        }
    }
}

/// One step of the matcher. Targets are places in [`Program::steps`]; `back` means right to left, as in look-behind.
#[derive(Debug, Clone)]
pub(super) enum Step {
    One {
        unit: Unit,
        back: bool,
    },
    /// A quantified single unit; `max` is `usize::MAX` for no limit.
    Many {
        unit: Unit,
        min: usize,
        max: usize,
        lazy: bool,
        back: bool,
    },
    Assert(Assertion),
    Jump(usize),
    /// Go on, and come back to `other` when that fails.
    Try {
        other: usize,
    },
    /// Remember the place where a group opens.
    Open {
        mark: usize,
    },
    /// Set a group from its mark.
    Close {
        mark: usize,
        slot: usize,
    },
    /// Enter a loop whose body has yet to match `-count` times before it may end.
    LoopStart {
        register: usize,
        count: i64,
        marked: bool,
    },
    /// The body has matched, or is optional: again, or on?
    LoopEnd {
        register: usize,
        body: usize,
        limit: i64,
        lazy: bool,
    },
    BackReference {
        slot: usize,
        ignore_case: bool,
        back: bool,
    },
    /// Go to `no` unless the group has matched.
    IfGroup {
        slot: usize,
        no: usize,
    },
    /// Note how much there is to come back to.
    Fence {
        mark: usize,
    },
    /// Forget whatever there was to come back to since the fence.
    Commit {
        mark: usize,
    },
    /// `Commit`, and return to the place in `place`.
    CommitAt {
        mark: usize,
        place: usize,
    },
    /// Undo everything since the fence and fail.
    FailFence {
        mark: usize,
    },
    Matched,
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    pub(super) slots: usize,
    pub(super) marks: usize,
    pub(super) loops: usize,
    /// It can match only at the start of the input.
    pub(super) anchored: bool,
}

impl Program {
    pub(super) fn new(tree: &Node, groups: &Groups) -> Self {
        let mut compiler = Compiler { groups, steps: Vec::new(), marks: 0, loops: 0 };
        compiler.node(tree, false);
        compiler.steps.push(Step::Matched);
        Self {
            steps: compiler.steps,
            slots: groups.len(),
            marks: compiler.marks,
            loops: compiler.loops,
            anchored: starts_anchored(tree),
        }
    }
}

fn starts_anchored(node: &Node) -> bool {
    match node {
        Node::Assertion(Assertion::Start) => true,
        Node::Concat(items) => items.first().is_some_and(starts_anchored),
        Node::Alternation(branches) => branches.iter().all(starts_anchored),
        Node::Capture { body, .. } | Node::Atomic(body) => starts_anchored(body),
        _ => false,
    }
}

struct Compiler<'g> {
    groups: &'g Groups,
    steps: Vec<Step>,
    marks: usize,
    loops: usize,
}

impl Compiler<'_> {
    fn node(&mut self, node: &Node, back: bool) {
        match node {
            Node::Empty => {}
            Node::Unit(unit) => self.push(Step::One { unit: Unit::Exactly(*unit), back }),
            Node::Set(set) => self.push(Step::One { unit: Unit::In(set.clone()), back }),
            Node::Assertion(assertion) => self.push(Step::Assert(*assertion)),
            Node::Concat(items) if back => items.iter().rev().for_each(|item| self.node(item, back)),
            Node::Concat(items) => items.iter().for_each(|item| self.node(item, back)),
            Node::Alternation(branches) => self.alternation(branches, back),
            Node::Capture { number, body } => {
                let mark = self.mark();
                self.push(Step::Open { mark });
                self.node(body, back);
                self.push(Step::Close { mark, slot: self.slot(*number) });
            }
            Node::Repeat { body, min, max, lazy } => self.repeat(body, *min, *max, *lazy, back),
            Node::Atomic(body) => {
                let mark = self.mark();
                self.push(Step::Fence { mark });
                self.node(body, back);
                self.push(Step::Commit { mark });
            }
            Node::Look { behind, negative: false, body } => self.look(body, *behind),
            Node::Look { behind, negative: true, body } => {
                let mark = self.mark();
                self.push(Step::Fence { mark });
                let split = self.reserve();
                self.node(body, *behind);
                self.push(Step::FailFence { mark });
                self.set(split, Step::Try { other: self.steps.len() });
            }
            Node::BackReference { number, ignore_case } => {
                self.push(Step::BackReference { slot: self.slot(*number), ignore_case: *ignore_case, back });
            }
            Node::IfGroup { number, yes, no } => {
                let test = self.reserve();
                self.node(yes, back);
                let end = self.reserve();
                self.set(test, Step::IfGroup { slot: self.slot(*number), no: self.steps.len() });
                self.node(no, back);
                self.set(end, Step::Jump(self.steps.len()));
            }
            Node::IfMatches { condition, yes, no } => {
                let (mark, place) = (self.mark(), self.mark());
                self.push(Step::Fence { mark });
                self.push(Step::Open { mark: place });
                let split = self.reserve();
                self.node(condition, back);
                self.push(Step::CommitAt { mark, place });
                self.node(yes, back);
                let end = self.reserve();
                self.set(split, Step::Try { other: self.steps.len() });
                self.node(no, back);
                self.set(end, Step::Jump(self.steps.len()));
            }
        }
    }

    fn alternation(&mut self, branches: &[Node], back: bool) {
        let mut ends = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            if index + 1 == branches.len() {
                self.node(branch, back);
            } else {
                let split = self.reserve();
                self.node(branch, back);
                ends.push(self.reserve());
                self.set(split, Step::Try { other: self.steps.len() });
            }
        }
        for end in ends {
            self.set(end, Step::Jump(self.steps.len()));
        }
    }

    fn look(&mut self, body: &Node, behind: bool) {
        let (mark, place) = (self.mark(), self.mark());
        self.push(Step::Fence { mark });
        self.push(Step::Open { mark: place });
        self.node(body, behind);
        self.push(Step::CommitAt { mark, place });
    }

    fn repeat(&mut self, body: &Node, min: u32, max: Option<u32>, lazy: bool, back: bool) {
        let unit = match body {
            Node::Unit(unit) => Some(Unit::Exactly(*unit)),
            Node::Set(set) => Some(Unit::In(set.clone())),
            _ => None,
        };
        if let Some(unit) = unit {
            let size = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
            self.push(Step::Many { unit, min: size(min), max: max.map_or(usize::MAX, size), lazy, back });
            return;
        }
        let register = self.loops;
        self.loops += 1;
        let count = if min == 0 { 0 } else { 1 - i64::from(min) };
        self.push(Step::LoopStart { register, count, marked: min > 0 });
        let skip = (min == 0).then(|| self.reserve());
        let start = self.steps.len();
        self.node(body, back);
        if let Some(skip) = skip {
            self.set(skip, Step::Jump(self.steps.len()));
        }
        let limit = max.map_or(i64::MAX, |max| i64::from(max) - i64::from(min));
        self.push(Step::LoopEnd { register, body: start, limit, lazy });
    }

    fn push(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// Makes room for a step whose target is not known yet.
    fn reserve(&mut self) -> usize {
        self.steps.push(Step::Jump(0));
        self.steps.len() - 1
    }

    fn set(&mut self, place: usize, step: Step) {
        if let Some(reserved) = self.steps.get_mut(place) {
            *reserved = step;
        }
    }

    fn mark(&mut self) -> usize {
        self.marks += 1;
        self.marks - 1
    }

    fn slot(&self, number: u32) -> usize {
        self.groups.slot(number).unwrap_or_default()
    }
}
