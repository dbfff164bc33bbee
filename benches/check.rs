//! `makemigrations --check` with nothing to do: reading Rust source, replaying the revisions, comparing the two.

use std::process::Command;

use crate::measure::{
    Failed, Table, limbeck, limbeck_in, medians_in_turn, output, python, ratio, run, shown,
};
use crate::project;

const ROUNDS: usize = 11;

/// What any tool that loads its models by running them does at least: reads and compiles as much Python.
const MODELS: &str = "\
import sys
number = int(sys.argv[1])
model = '''
class T{n}(Model):
    id = BigAutoField(primary_key=True)
    name = CharField(max_length=100, unique=True)
    note = TextField(null=True)
    amount = IntegerField(default=0)
    before = ForeignKey('T{b}', on_delete=CASCADE)
    created_at = DateTimeField(auto_now_add=True)
    class Meta:
        db_table = 't_{n}'
        indexes = [Index(fields=['name', '-created_at'])]
        constraints = [CheckConstraint(check=Q(amount__gte=0), name='t_{n}_amount')]
'''
compile('\\n'.join(model.format(n=n, b=max(n - 1, 0)) for n in range(number)), 'models.py', 'exec')
";

pub(crate) fn measure(table: &mut Table) -> Result<(), Failed> {
    let (limbeck, python) = (limbeck()?, python());
    for (models, goal) in [(500, "< 100 ms"), (5_000, "linear")] {
        let folder = tempfile::tempdir()?;
        project::of_models(folder.path(), models)?;
        output(&mut limbeck_in(&limbeck, folder.path(), ["makemigrations", "-m", "all"]))?;
        let mut ours = || run(&mut limbeck_in(&limbeck, folder.path(), ["makemigrations", "--check"]));
        ours()?;
        let what = format!("`makemigrations --check`, {models} models");
        let [time, other] = match &python {
            Some(python) => {
                let mut theirs = || run(Command::new(python).args(["-c", MODELS, &models.to_string()]));
                medians_in_turn(ROUNDS, &mut [&mut ours, &mut theirs])?
            }
            None => medians_in_turn(ROUNDS, &mut [&mut ours]).map(|[time]| [time; 2])?,
        };
        let beside = python.as_ref().map(|_| ("Python compiling such models", other, ratio(time, other)));
        let each = time.as_secs_f64() * 1e6 / models as f64;
        table.row(what, format!("{} ({each:.0} µs each)", shown(time)), beside, goal);
    }
    Ok(())
}
